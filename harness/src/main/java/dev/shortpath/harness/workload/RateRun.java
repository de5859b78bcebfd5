package dev.shortpath.harness.workload;

import static dev.shortpath.harness.workload.Parameter.number;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Running;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.Traffic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One run of the native program {@code rates}: a server that counts and a client that sends. */
final class RateRun {
  static final String TOOL = "rates";

  private RateRun() {}

  /**
   * What both ends said.
   *
   * @param sent by the client
   * @param received by the server
   */
  record Outcome(RateLines sent, RateLines received) {
    Traffic traffic() throws TestbedException {
      return new Traffic(
          sent.flows(), sent.packets(), 0, sent.bytes(), 0, Duration.ofNanos(sent.durationNanos()));
    }
  }

  /**
   * Carries it out; the lines are kept in {@code output}.
   *
   * @param parameters {@code seconds}, {@code flows}, {@code client-cpu}, {@code server-cpu}
   * @param more options of the client
   */
  static Outcome run(Scene scene, Map<String, String> parameters, Path output, List<String> more)
      throws TestbedException, InterruptedException {
    boolean udp = scene.protocol().equals("udp");
    List<String> serve = new ArrayList<>(List.of("server"));
    serve.addAll(List.of("--listen", Endpoints.text(scene.listen())));
    List<String> send = new ArrayList<>(List.of("client"));
    send.addAll(List.of("--connect", Endpoints.text(scene.target())));
    send.addAll(List.of("--duration-s", parameters.get("seconds")));
    send.addAll(List.of("--flows", parameters.get("flows")));
    send.addAll(more);
    for (List<String> arguments : List.of(serve, send)) {
      String cpu = parameters.get(arguments == serve ? "server-cpu" : "client-cpu");
      if (!cpu.equals("any")) {
        arguments.addAll(List.of("--cpu", cpu));
      }
      if (udp) {
        arguments.add("--udp");
      }
    }
    Duration limit = Duration.ofSeconds(30 + 2 * number(parameters, "seconds"));
    try (Running server = scene.server().remote().start(new Command(TOOL, serve))) {
      Lines.awaitLine(server, "listening", Remote.SOON, TOOL + " server");
      try (Running client = scene.client().remote().start(new Command(TOOL, send))) {
        RateLines sent = read(client, limit, "client", output);
        return new Outcome(sent, read(server, limit, "server", output));
      }
    }
  }

  private static RateLines read(Running program, Duration limit, String side, Path output)
      throws TestbedException, InterruptedException {
    List<String> lines = new ArrayList<>();
    RateLines rates = new RateLines();
    Lines.drain(
        program,
        limit,
        TOOL + " " + side,
        line -> {
          lines.add(line);
          rates.take(line);
        });
    try {
      Files.write(output.resolve("rates-" + side + ".txt"), lines, StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rates;
  }

  /** The parameters that both workloads have. */
  static List<Parameter> parameters() {
    return List.of(
        new Parameter("seconds", Parameter.Kind.POSITIVE, "5", "length of the traffic"),
        new Parameter("warm-up-ms", Parameter.Kind.COUNT, "500", "of it, which is not measured"),
        new Parameter(
                "flows", Parameter.Kind.POSITIVE, "1", "source ports that take turns, 1 to 64")
            .within(1, 64),
        new Parameter("client-cpu", Parameter.Kind.WORD, "any", "CPU of the client: any, 0, 1 …"),
        new Parameter("server-cpu", Parameter.Kind.WORD, "any", "CPU of the server: any, 0, 1 …"));
  }

  /**
   * The time that is measured, which must not be empty.
   *
   * @throws TestbedException when the warm-up is longer than the traffic
   */
  static RateLines.Window window(Outcome outcome, Map<String, String> parameters)
      throws TestbedException {
    long seconds = number(parameters, "seconds");
    long warmUp = number(parameters, "warm-up-ms");
    Optional<RateLines.Window> window = outcome.received().between(warmUp, 1000 * seconds);
    if (window.isEmpty()) {
      throw new TestbedException(
          "rates server counted nothing between "
              + warmUp
              + " ms and "
              + seconds
              + " s: is seconds longer than warm-up-ms, and does the path carry anything?");
    }
    return window.get();
  }
}
