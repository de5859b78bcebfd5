package dev.shortpath.harness.workload;

import static dev.shortpath.harness.workload.Parameter.Kind.COUNT;
import static dev.shortpath.harness.workload.Parameter.Kind.FLAG;
import static dev.shortpath.harness.workload.Parameter.Kind.POSITIVE;
import static dev.shortpath.harness.workload.Parameter.flag;
import static dev.shortpath.harness.workload.Parameter.number;

import dev.shortpath.harness.metric.Better;
import dev.shortpath.harness.metric.Metric;
import dev.shortpath.harness.metric.Sample;
import dev.shortpath.harness.metric.SampleSink;
import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Running;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.Traffic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * eZtunnel's workload (CloudNet 2024): one small message each interval, its echo awaited. Client
 * and server are the native program {@code pingecho}.
 */
public final class PingEcho implements Workload {
  /** The round trip of one message. */
  public static final Metric LATENCY =
      new Metric(
          "latency",
          "ns",
          Better.LOWER,
          "round trip of one message: from just before the send (open loop: from the intended send"
              + " time) until the whole reply is read, CLOCK_MONOTONIC on the client",
          "eZtunnel, CloudNet 2024, evaluation");

  private static final String TOOL = "pingecho";

  @Override
  public String name() {
    return "ping-echo";
  }

  @Override
  public String summary() {
    return "one message each interval over one connection, its echo awaited (native pingecho)";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(LATENCY);
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        new Parameter("count", POSITIVE, "600", "measured messages a trial"),
        new Parameter("warm-up", COUNT, "20", "messages before them, sent and not reported"),
        new Parameter("interval-us", COUNT, "100000", "time between messages in µs; 0: at once"),
        new Parameter("size", POSITIVE, "24", "bytes of a message").within(1, 1 << 24),
        new Parameter("no-delay", FLAG, "true", "TCP_NODELAY on the client"),
        new Parameter(
            "open-loop", FLAG, "false", "send at intended times whether or not replies came"),
        new Parameter("blocking", FLAG, "false", "blocking sockets instead of epoll"));
  }

  @Override
  public List<String> tools() {
    return List.of(TOOL);
  }

  @Override
  public Duration estimate(Map<String, String> parameters) {
    long messages = number(parameters, "count") + number(parameters, "warm-up");
    return Duration.ofNanos(messages * Math.max(200, number(parameters, "interval-us")) * 1000);
  }

  @Override
  public Traffic run(Scene scene, Map<String, String> parameters, SampleSink sink, Path output)
      throws TestbedException, InterruptedException {
    List<String> server = new ArrayList<>(List.of("server"));
    server.addAll(List.of("--listen", Endpoints.text(scene.listen())));
    boolean blocking = flag(parameters, "blocking");
    if (blocking) {
      server.add("--blocking");
    }
    try (Running echo = scene.server().remote().start(new Command(TOOL, server))) {
      Lines.awaitLine(echo, "listening", Remote.SOON, TOOL + " server");
      try (Running client =
          scene.client().remote().start(new Command(TOOL, client(scene, parameters)))) {
        Duration expected = estimate(parameters);
        return Lines.against(echo, TOOL + " server", () -> read(client, sink, expected))
            .traffic(parameters);
      }
    }
  }

  private static List<String> client(Scene scene, Map<String, String> parameters) {
    List<String> arguments = new ArrayList<>(List.of("client"));
    arguments.addAll(List.of("--connect", Endpoints.text(scene.target())));
    arguments.addAll(List.of("--count", parameters.get("count")));
    arguments.addAll(List.of("--warmup", parameters.get("warm-up")));
    arguments.addAll(List.of("--interval-us", parameters.get("interval-us")));
    arguments.addAll(List.of("--size", parameters.get("size")));
    if (!flag(parameters, "no-delay")) {
      arguments.add("--no-nodelay");
    }
    for (String option : List.of("open-loop", "blocking")) {
      if (flag(parameters, option)) {
        arguments.add("--" + option);
      }
    }
    return arguments;
  }

  private static Pings read(Running client, SampleSink sink, Duration expected)
      throws TestbedException, InterruptedException {
    Pings pings = new Pings();
    Lines.drain(
        client,
        expected.multipliedBy(2).plusSeconds(30),
        TOOL + " client",
        line -> {
          Sample sample = pings.take(line);
          if (sample != null) {
            sink.accept(sample);
          }
        });
    if (!pings.complete()) {
      throw new TestbedException(
          TOOL
              + " client lost messages, or its output was cut off, after "
              + pings.count()
              + " samples");
    }
    return pings;
  }
}
