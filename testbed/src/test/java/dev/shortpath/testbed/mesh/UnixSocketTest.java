package dev.shortpath.testbed.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.remote.LocalProcess;
import dev.shortpath.testbed.remote.Together;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class UnixSocketTest {
  private static final String LATE = "no answer within 2000 ms";

  @TempDir Path directory;

  private static ServerSocketChannel listen(Path socket, int backlog) throws IOException {
    Files.createDirectories(socket.getParent());
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    return server.bind(UnixDomainSocketAddress.of(socket), backlog);
  }

  private static void endsInTime(long start) {
    long millis = (System.nanoTime() - start) / 1_000_000;
    assertTrue(millis >= 1900 && millis < 6000, "took " + millis + " ms");
  }

  @Test
  void readsAnAnswerToItsEnd() throws Exception {
    Path socket = directory.resolve("s");
    try (ServerSocketChannel server = listen(socket, 1)) {
      Together.start(
          () -> {
            try (SocketChannel peer = server.accept()) {
              peer.read(ByteBuffer.allocate(64));
              peer.write(ByteBuffer.wrap("all of it".getBytes(StandardCharsets.UTF_8)));
            }
            return null;
          });
      assertEquals("all of it", UnixSocket.ask(socket, "what?"));
    }
  }

  @Test
  void givesUpOnAnAnswerThatDoesNotEnd() throws Exception {
    Path socket = directory.resolve("s");
    try (ServerSocketChannel server = listen(socket, 1)) {
      Together.start(() -> server.accept().write(ByteBuffer.wrap(new byte[] {'a'})));
      long start = System.nanoTime();
      IOException e = assertThrows(IOException.class, () -> UnixSocket.ask(socket, "?"));
      assertEquals(LATE, e.getMessage());
      endsInTime(start);
    }
  }

  @Test
  void givesUpWhereNobodyTakesTheConnection() throws Exception {
    Path socket = directory.resolve("s");
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(socket);
    try (ServerSocketChannel server = listen(socket, 1);
        SocketChannel first = SocketChannel.open(address);
        SocketChannel second = SocketChannel.open(address)) {
      long start = System.nanoTime();
      IOException e = assertThrows(IOException.class, () -> UnixSocket.ask(socket, "?"));
      assertEquals(LATE, e.getMessage());
      endsInTime(start);
    }
  }

  /** Both listen and never answer, as stopped processes do. */
  @Test
  void theMeshesNameTheProxyThatDoesNotAnswer() throws Exception {
    Path sleep = Path.of("/bin/sleep");
    Path log = directory.resolve("log");
    try (LocalProcess process = LocalProcess.daemon("sleep", List.of(sleep.toString(), "60"), log);
        ServerSocketChannel node = listen(AmbientMesh.socket(directory, "n1"), 8);
        ServerSocketChannel pod = listen(SidecarMesh.socket(directory, "p1"), 8)) {
      Proxy proxy = new Proxy("the proxy", process, log);
      RunningMesh ambient = new AmbientRunning(null, 1, directory, Map.of("n1", proxy), "");
      RunningMesh sidecar = new SidecarRunning(null, 1, directory, Map.of("p1", proxy), "");
      TestbedException e =
          assertThrows(TestbedException.class, () -> Together.all(ambient.proxyCounters()));
      assertEquals("HAProxy of node n1 does not tell its counters: " + LATE, e.getMessage());
      e = assertThrows(TestbedException.class, () -> Together.all(sidecar.proxyCounters()));
      assertEquals("Envoy of p1 does not tell its counters: " + LATE, e.getMessage());
    }
  }
}
