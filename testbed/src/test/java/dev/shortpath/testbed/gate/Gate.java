package dev.shortpath.testbed.gate;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.Running;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.tool.Tools;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The program of the correctness gate: its server somewhere, its clients somewhere else. They take
 * turns over a Unix socket, so that nothing but the case itself is on the path under test.
 */
final class Gate implements AutoCloseable {
  /** Of a case that says nothing else, in seconds. */
  static final int LIMIT_S = 60;

  private static final AtomicInteger SOCKETS = new AtomicInteger();

  private final Running server;
  private final String control;

  private Gate(Running server, String control) {
    this.server = server;
    this.control = control;
  }

  /**
   * Where the program is.
   *
   * @throws TestbedException when it has not been built
   */
  static String program() throws TestbedException {
    Path bpf = Tools.here().locate("shortpath-agent").getParent().getParent();
    Path program = bpf.resolve("tests/gate/build/gate");
    if (!Files.isExecutable(program)) {
      throw new TestbedException(
          "gate is not built: run make -C " + bpf.resolve("tests/gate") + " all");
    }
    return program.toString();
  }

  /** Starts a server and waits until it listens. */
  static Gate serve(Remote where, Path work, InetSocketAddress listen, String... more)
      throws TestbedException, IOException {
    String control = "unix:" + work.resolve("gate" + SOCKETS.incrementAndGet());
    Command command =
        Command.of(program(), "server", "--listen", text(listen), "--control", control).and(more);
    Running server = where.start(command);
    BufferedReader out =
        new BufferedReader(new InputStreamReader(server.out(), StandardCharsets.UTF_8));
    String line = out.readLine();
    if (line == null || !line.startsWith("listening")) {
      server.close();
      throw new TestbedException("the gate server does not listen: " + server.err());
    }
    return new Gate(server, control);
  }

  /** Runs one case from somewhere. */
  Outcome run(Remote where, InetSocketAddress connect, String name, String... options)
      throws TestbedException, InterruptedException, IOException {
    Command command = client(connect, name, options);
    int at = command.arguments().lastIndexOf("--timeout-s");
    int limit = at < 0 ? LIMIT_S : Integer.parseInt(command.arguments().get(at + 1));
    Result result = where.run(command, Duration.ofSeconds(limit + 15L));
    return Outcome.parse(command.toString(), result);
  }

  /** The command of {@link #run}, to be started by the caller. */
  Command client(InetSocketAddress connect, String name, String... options)
      throws TestbedException {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("client", "--connect", text(connect), "--control", control, name));
    arguments.addAll(List.of(options));
    return new Command(program(), arguments);
  }

  /** As the program takes an address. */
  static String text(InetSocketAddress at) {
    String host = at.getAddress().getHostAddress();
    return (at.getAddress() instanceof Inet6Address ? "[" + host + "]" : host) + ":" + at.getPort();
  }

  @Override
  public void close() {
    server.close();
  }
}
