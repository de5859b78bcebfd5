package dev.shortpath.testbed.dataplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shortpath.testbed.remote.Launcher;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program in a namespace that serves, asks Services and keeps flows open: peer.py. */
final class Peer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** How long a flow waits for an answer. */
  static final double SECONDS = 3;

  private final Process process;
  private final BufferedReader out;

  private Peer(Process process) {
    this.process = process;
    this.out = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * What came of one flow.
   *
   * @param who name of the server that answered, or of the error ({@code ECONNREFUSED}, {@code
   *     TIMEOUT}, …)
   * @param seen address from which that server saw the flow come
   * @param seconds that it took
   */
  record Answer(String who, String seen, double seconds) {}

  static Peer start(Launcher launcher) throws Exception {
    String code;
    try (InputStream in = Peer.class.getResourceAsStream("peer.py")) {
      code = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    ProcessBuilder builder =
        new ProcessBuilder(launcher.command("python3", List.of("-u", "-c", code)));
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    return new Peer(builder.start());
  }

  /** Serves TCP and UDP of both families on a port of every address. */
  void serve(String name, int port) throws IOException {
    send(command("serve").put("name", name).put("port", port));
  }

  /** Opens a flow, asks once and closes it; {@code count} times, one after the other. */
  List<Answer> ask(int count, Protocol protocol, InetAddress host, int port) throws IOException {
    return send(where(command("ask"), protocol, host, port).put("count", count));
  }

  Answer ask(Protocol protocol, InetAddress host, int port) throws IOException {
    return ask(1, protocol, host, port).get(0);
  }

  /** Opens a flow that stays, and asks once. */
  Answer keep(String key, Protocol protocol, InetAddress host, int port) throws IOException {
    return send(where(command("keep"), protocol, host, port).put("key", key)).get(0);
  }

  /** Asks again over a flow that stayed. */
  Answer talk(String key) throws IOException {
    return send(command("talk").put("key", key)).get(0);
  }

  private static ObjectNode command(String what) {
    return JSON.createObjectNode().put("do", what);
  }

  private static ObjectNode where(ObjectNode to, Protocol protocol, InetAddress host, int port) {
    return to.put("kind", protocol.lower())
        .put("host", host.getHostAddress())
        .put("port", port)
        .put("seconds", SECONDS);
  }

  private List<Answer> send(ObjectNode command) throws IOException {
    process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
    String line = out.readLine();
    if (line == null) {
      throw new IOException("peer.py is gone: " + command);
    }
    List<Answer> answers = new ArrayList<>();
    for (JsonNode node : JSON.readTree(line)) {
      answers.add(new Answer(node.get(0).asText(), node.get(1).asText(), node.get(2).asDouble()));
    }
    return answers;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
