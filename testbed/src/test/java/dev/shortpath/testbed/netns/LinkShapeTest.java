package dev.shortpath.testbed.netns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Host;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.Running;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.Testbed;
import dev.shortpath.harness.testbed.TestbedRequest;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The links of topology {@code service-path} carry what they are shaped to, in order. */
@Tag("netns")
class LinkShapeTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** Takes one connection; prints bytes and nanoseconds from the first byte to the last. */
  private static final String TCP_SERVER =
      """
      import socket, sys, time
      s = socket.create_server((sys.argv[1], int(sys.argv[2])))
      print('ready', flush=True)
      c, _ = s.accept()
      n, buffer = c.recv_into(bytearray(1)), bytearray(1 << 20)
      start = time.monotonic_ns()
      while (got := c.recv_into(buffer)): n += got
      print(n, time.monotonic_ns() - start, flush=True)
      """;

  private static final String TCP_CLIENT =
      """
      import socket, sys, time
      s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
      data, end = bytes(1 << 18), time.monotonic() + float(sys.argv[3])
      while time.monotonic() < end: s.sendall(data)
      """;

  /** Prints how many datagrams came, and how many of them after a later one. */
  private static final String UDP_SERVER =
      """
      import socket, sys
      s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
      s.bind((sys.argv[1], int(sys.argv[2])))
      print('ready', flush=True)
      n, late, last = 0, 0, -1
      while True:
          number = int(s.recv(2048)[:10])
          if number == 9999999999: break
          n, late, last = n + 1, late + (number < last), max(number, last)
      print(n, late, flush=True)
      """;

  /** On one CPU: a sender that the scheduler moves to another one overtakes its own packets. */
  private static final String UDP_CLIENT =
      """
      import os, socket, sys, time
      os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
      s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      s.connect((sys.argv[1], int(sys.argv[2])))
      for i in range(20000): s.send(b'%010d' % i + bytes(990))
      try:
          for i in range(20):
              time.sleep(0.02)
              s.send(b'9999999999')
      except ConnectionRefusedError:
          pass  # the server has had one of them and ended
      """;

  private final Treatment treatment =
      new Treatment(Map.of("service-data-plane", "none", "services", "0"));

  private long[] measure(
      String id, String mbit, Path work, boolean fromPod, String server, String client)
      throws Exception {
    TestbedRequest request =
        new TestbedRequest(
            id,
            "service-path",
            Map.of("link-mbit", mbit),
            List.of(treatment),
            List.of("python3"),
            work);
    NetnsProvider provider = new NetnsProvider();
    List<String> missing = provider.missing(request);
    assumeTrue(missing.isEmpty(), String.join("; ", missing));
    try (Testbed testbed = provider.open(request);
        Scene scene = testbed.prepare(treatment)) {
      Host to = fromPod ? scene.client() : scene.server();
      Host from = fromPod ? scene.server() : scene.client();
      Command listen = Command.of("python3", "-c", server, to.ipv4().getHostAddress(), "30000");
      try (Running running = to.remote().start(listen);
          BufferedReader out =
              new BufferedReader(new InputStreamReader(running.out(), StandardCharsets.UTF_8))) {
        assertEquals("ready", out.readLine(), running.err());
        Command send =
            Command.of("python3", "-c", client, to.ipv4().getHostAddress(), "30000", "1.5");
        Result result = from.remote().run(send, LIMIT);
        assertTrue(result.ok(), result.err());
        String[] figures = out.readLine().split(" ");
        return new long[] {Long.parseLong(figures[0]), Long.parseLong(figures[1])};
      }
    }
  }

  private double mbit(String id, String mbit, Path work, boolean fromPod) throws Exception {
    long[] bytesAndNanos = measure(id, mbit, work, fromPod, TCP_SERVER, TCP_CLIENT);
    double measured = 8e3 * bytesAndNanos[0] / bytesAndNanos[1];
    System.out.printf("link-mbit %s: TCP payload %.1f Mbit/s%n", mbit, measured);
    return measured;
  }

  /**
   * TCP's payload is at most 1448 of 1514 bytes. The rates are such that a busy machine carries
   * them too.
   */
  @Test
  void tcpGetsWhatTheLinkCarries(@TempDir Path work) throws Exception {
    double down = mbit("tshpa1", "100", work, false);
    assertTrue(down > 80 && down < 100, down + " Mbit/s");
    double up = mbit("tshpa2", "100", work, true);
    assertTrue(up > 80 && up < 100, up + " Mbit/s");
    double slow = mbit("tshpa3", "20", work, false);
    assertTrue(slow > 16 && slow < 20.5, slow + " Mbit/s");
  }

  @Test
  void unshapedLinksAreFaster(@TempDir Path work) throws Exception {
    double fast = mbit("tshpa4", "none", work, false);
    assertTrue(fast > 700, fast + " Mbit/s");
  }

  @Test
  void datagramsStayInOrder(@TempDir Path work) throws Exception {
    long[] counts = measure("tshpa5", "500", work, false, UDP_SERVER, UDP_CLIENT);
    assertTrue(counts[0] > 2000, counts[0] + " of 20000 came");
    assertEquals(0, counts[1], "datagrams that came after a later one");
  }
}
