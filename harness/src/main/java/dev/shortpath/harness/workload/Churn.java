package dev.shortpath.harness.workload;

import static dev.shortpath.harness.workload.Parameter.Kind.COUNT;
import static dev.shortpath.harness.workload.Parameter.number;

import dev.shortpath.harness.metric.Better;
import dev.shortpath.harness.metric.Metric;
import dev.shortpath.harness.metric.Sample;
import dev.shortpath.harness.metric.SampleSink;
import dev.shortpath.harness.testbed.Action;
import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Running;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.Traffic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * New connections (TCP) or flows (UDP) all the time, while Services come and go and the target
 * Service's endpoint is replaced: how soon traffic follows, what gets lost, and what each connect
 * takes meanwhile. The samples of the changes carry the times at which they began.
 */
public final class Churn implements Workload {
  /** How soon traffic follows a change. */
  static final Metric TIME_TO_FOLLOW =
      new Metric(
          "time-to-follow",
          "ns",
          Better.LOWER,
          "from the start of a change of the Service's endpoint until the first answer of the new"
              + " endpoint after which the old one answers no more; known to the interval between"
              + " two connects",
          "Shortpath, workload churn");

  /** What got lost. */
  static final Metric LOST =
      new Metric(
          "lost-connections",
          "1",
          Better.LOWER,
          "connections or flows of a trial that were refused, reset or not answered in time",
          "Shortpath, workload churn");

  @Override
  public String name() {
    return "churn";
  }

  @Override
  public String summary() {
    return "connects while Services and endpoints change: time to follow, losses, latency";
  }

  @Override
  public List<Metric> metrics() {
    List<Metric> metrics = new ArrayList<>(List.of(TIME_TO_FOLLOW, LOST));
    metrics.addAll(List.of(Connects.CONNECT, Connects.FIRST_PACKET));
    metrics.addAll(Changes.metrics().stream().filter(m -> !m.name().endsWith("load")).toList());
    return metrics;
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        new Parameter("changes", COUNT, "6", "times that the Service's endpoint is replaced"),
        new Parameter("services", COUNT, "1", "Services added and removed after each of them"),
        new Parameter("pause-ms", COUNT, "300", "from the end of a change to the next one"),
        new Parameter("interval-us", COUNT, "2000", "time between two connects in µs"),
        new Parameter("warm-up", COUNT, "50", "connects before, made and not reported"),
        new Parameter("timeout-ms", COUNT, "250", "an answer that takes longer is lost"));
  }

  @Override
  public List<String> tools() {
    return List.of(ConnectServers.TOOL, "kill");
  }

  @Override
  public Duration estimate(Map<String, String> parameters) {
    long steps = 1 + number(parameters, "changes") * (1 + 2 * number(parameters, "services"));
    return Duration.ofMillis(
        steps * (number(parameters, "pause-ms") + 100)
            + number(parameters, "warm-up") * number(parameters, "interval-us") / 1000);
  }

  @Override
  public Traffic run(Scene scene, Map<String, String> parameters, SampleSink sink, Path output)
      throws TestbedException, InterruptedException {
    if (scene.servers().size() < 2) {
      throw new TestbedException("workload churn needs a scene with two servers at least");
    }
    Changes changes = new Changes(scene, name(), Changes.ADD, Changes.REMOVE, Changes.ENDPOINT);
    try (ConnectServers servers = ConnectServers.start(scene, true, output);
        Running client = scene.client().remote().start(client(scene, parameters));
        ConnectsReader reader = ConnectsReader.start(client)) {
      List<Action.Span> moves = perform(changes, parameters, reader);
      Connects connects = reader.stop(scene.client().remote());
      servers.check();
      List<Connects.Line> lines = reader.lines();
      List<Sample> samples = new ArrayList<>(changes.samples());
      lines.stream()
          .filter(line -> !line.failed())
          .map(Connects.Line::sample)
          .forEach(samples::add);
      samples.addAll(Following.samples(lines, moves));
      samples.sort(Comparator.comparingLong(Sample::timeNanos));
      samples.forEach(sink::accept);
      long lost = lines.stream().filter(Connects.Line::failed).count();
      sink.accept(new Sample(LOST.name(), System.nanoTime(), lost));
      return connects.traffic();
    }
  }

  private static List<Action.Span> perform(
      Changes changes, Map<String, String> parameters, ConnectsReader reader)
      throws TestbedException, InterruptedException {
    long pause = number(parameters, "pause-ms");
    List<Action.Span> moves = new ArrayList<>();
    reader.awaitHead();
    Thread.sleep(pause);
    for (long i = number(parameters, "changes"); i > 0; i--) {
      moves.add(changes.perform(Changes.ENDPOINT));
      Thread.sleep(pause);
      for (long j = number(parameters, "services"); j > 0; j--) {
        changes.perform(Changes.ADD);
        Thread.sleep(pause);
        changes.perform(Changes.REMOVE);
        Thread.sleep(pause);
      }
    }
    return moves;
  }

  private static Command client(Scene scene, Map<String, String> parameters) {
    Command command =
        Command.of(ConnectServers.TOOL, "client", "--until-stopped")
            .and("--connect", Endpoints.text(scene.target()))
            .and("--warmup", parameters.get("warm-up"))
            .and("--interval-us", parameters.get("interval-us"))
            .and("--timeout-ms", parameters.get("timeout-ms"));
    return scene.protocol().equals("udp")
        ? command.and("--udp", "--later", "0")
        : command.and("--answer");
  }
}
