package dev.shortpath.harness.workload;

import static dev.shortpath.harness.workload.Parameter.Kind.COUNT;
import static dev.shortpath.harness.workload.Parameter.Kind.POSITIVE;
import static dev.shortpath.harness.workload.Parameter.Kind.WORD;
import static dev.shortpath.harness.workload.Parameter.number;

import dev.shortpath.harness.metric.Metric;
import dev.shortpath.harness.metric.SampleSink;
import dev.shortpath.harness.testbed.Command;
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
 * One connection (TCP) or one flow (UDP) after the other, to each of the scene's targets: what the
 * first packet costs, which is what a rule chain costs.
 */
public final class Connect implements Workload {
  /** A round of small messages through network namespaces takes no longer. */
  private static final long MICROS_AT_LEAST = 200;

  @Override
  public String name() {
    return "connect";
  }

  @Override
  public String summary() {
    return "TCP connects, or first and later packets of UDP flows, one after the other";
  }

  @Override
  public List<Metric> metrics() {
    return Connects.metrics();
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        new Parameter("count", POSITIVE, "2000", "connections or flows measured a trial"),
        new Parameter("warm-up", COUNT, "100", "before them, made and not reported"),
        new Parameter(
            "interval-us", COUNT, "1000", "time between two in µs, on average; 0: at once"),
        new Parameter(
            "pace",
            WORD,
            "jittered",
            "jittered: one at a random time of each interval, so that the kernel's tick, by which it"
                + " counts CPU time, does not meet each of them or none; or even"),
        new Parameter("later", COUNT, "1", "UDP: packets of the same flow after the first")
            .within(0, 1_000_000),
        new Parameter("order", WORD, "round-robin", "of the targets: round-robin or random"),
        new Parameter("seed", COUNT, "1", "of the random order and the jittered pace"),
        new Parameter(
            "close", WORD, "reset", "TCP: reset, which leaves no TIME_WAIT behind, or clean"),
        new Parameter(
            "timeout-ms", COUNT, "3000", "longest wait; a SYN lost comes again after 1 s"),
        new Parameter("failures", COUNT, "0", "refused or lost ones that a trial may have"));
  }

  @Override
  public List<String> tools() {
    return List.of(ConnectServers.TOOL);
  }

  @Override
  public Duration estimate(Map<String, String> parameters) {
    long flows = number(parameters, "count") + number(parameters, "warm-up");
    return Duration.ofNanos(
        flows * Math.max(MICROS_AT_LEAST, number(parameters, "interval-us")) * 1000);
  }

  @Override
  public Traffic run(Scene scene, Map<String, String> parameters, SampleSink sink, Path output)
      throws TestbedException, InterruptedException {
    try (ConnectServers servers = ConnectServers.start(scene, false, output);
        Running client = scene.client().remote().start(client(scene, parameters, output))) {
      Connects connects = new Connects();
      List<Connects.Line> failures = new ArrayList<>();
      Lines.drain(
          client,
          limit(parameters),
          ConnectServers.TOOL + " client",
          line -> {
            Connects.Line said = connects.take(line);
            if (said != null && said.failed()) {
              failures.add(said);
            } else if (said != null) {
              sink.accept(said.sample());
            }
          });
      servers.check();
      Traffic traffic = connects.traffic();
      if (failures.size() > number(parameters, "failures") || traffic.connections() == 0) {
        throw new TestbedException(told(scene, connects, failures));
      }
      return traffic;
    }
  }

  private static Command client(Scene scene, Map<String, String> parameters, Path output) {
    List<String> arguments = new ArrayList<>(List.of("client"));
    arguments.addAll(ConnectServers.places("--connect", scene.targets(), output, "targets"));
    arguments.addAll(List.of("--count", parameters.get("count")));
    arguments.addAll(List.of("--warmup", parameters.get("warm-up")));
    arguments.addAll(List.of("--interval-us", parameters.get("interval-us")));
    arguments.addAll(List.of("--pace", parameters.get("pace")));
    arguments.addAll(List.of("--order", parameters.get("order")));
    arguments.addAll(List.of("--seed", parameters.get("seed")));
    arguments.addAll(List.of("--timeout-ms", parameters.get("timeout-ms")));
    if (scene.protocol().equals("udp")) {
      arguments.addAll(List.of("--udp", "--later", parameters.get("later")));
    } else {
      arguments.addAll(List.of("--close", parameters.get("close")));
    }
    return new Command(ConnectServers.TOOL, arguments);
  }

  /** Enough for the tolerated failures to time out, and for some more, which are then told. */
  private Duration limit(Map<String, String> parameters) {
    long lost = Math.min(60, number(parameters, "failures") + 20);
    return estimate(parameters)
        .multipliedBy(2)
        .plusSeconds(30)
        .plusMillis(lost * number(parameters, "timeout-ms"));
  }

  private static String told(Scene scene, Connects connects, List<Connects.Line> failures)
      throws TestbedException {
    if (failures.isEmpty()) {
      return "none of " + connects.failed() + " connects or flows was answered";
    }
    Connects.Line first = failures.get(0);
    return failures.size()
        + " measured connects or flows failed, the first to "
        + Endpoints.text(scene.targets().get(first.target()))
        + " with "
        + first.who()
        + " after "
        + first.nanos() / 1000
        + " µs";
  }
}
