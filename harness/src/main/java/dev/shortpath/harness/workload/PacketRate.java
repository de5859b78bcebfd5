package dev.shortpath.harness.workload;

import static dev.shortpath.harness.workload.Parameter.Kind.COUNT;
import static dev.shortpath.harness.workload.Parameter.Kind.POSITIVE;
import static dev.shortpath.harness.workload.Parameter.number;

import dev.shortpath.harness.metric.Better;
import dev.shortpath.harness.metric.Metric;
import dev.shortpath.harness.metric.Sample;
import dev.shortpath.harness.metric.SampleSink;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.Traffic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** As many small UDP packets as go: what the path carries, and what it loses. */
public final class PacketRate implements Workload {
  /** Packets that arrive. */
  static final Metric RATE =
      new Metric(
          "packet-rate",
          "1/s",
          Better.HIGHER,
          "UDP datagrams received a second, from the end of the warm-up to the end of the sending;"
              + " one value a trial",
          "Shortpath, native program rates; RFC 2544 section 26.1 asks for the rate without loss,"
              + " this is the rate that gets through");

  /** Packets that do not. */
  static final Metric LOSS =
      new Metric(
          "packet-loss",
          "1",
          Better.LOWER,
          "1 - datagrams received / datagrams sent, over the whole trial",
          "RFC 7680 (one-way loss), as a ratio over all packets of the trial");

  @Override
  public String name() {
    return "packet-rate";
  }

  @Override
  public String summary() {
    return "small UDP packets as fast as they go: packets a second received, and loss";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(RATE, LOSS);
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>(RateRun.parameters());
    all.add(
        new Parameter("size", POSITIVE, "18", "bytes of a datagram, 16 to 1472").within(16, 1472));
    all.add(new Parameter("rate", COUNT, "0", "datagrams a second; 0: as many as go"));
    return all;
  }

  @Override
  public List<String> tools() {
    return List.of(RateRun.TOOL);
  }

  @Override
  public Duration estimate(Map<String, String> parameters) {
    return Duration.ofSeconds(number(parameters, "seconds")).plusMillis(200);
  }

  @Override
  public Traffic run(Scene scene, Map<String, String> parameters, SampleSink sink, Path output)
      throws TestbedException, InterruptedException {
    if (!scene.protocol().equals("udp")) {
      throw new TestbedException("workload packet-rate needs a scene of protocol udp");
    }
    List<String> options =
        List.of("--size", parameters.get("size"), "--rate", parameters.get("rate"));
    RateRun.Outcome outcome = RateRun.run(scene, parameters, output, options);
    RateLines.Window window = RateRun.window(outcome, parameters);
    double sent = outcome.sent().packets();
    sink.accept(
        new Sample(RATE.name(), window.startNanos(), window.packets() * 1e9 / window.nanos()));
    sink.accept(
        new Sample(
            LOSS.name(),
            window.startNanos(),
            Math.max(0, (sent - outcome.received().packets()) / sent)));
    return outcome.traffic();
  }
}
