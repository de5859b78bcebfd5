package dev.shortpath.harness.workload;

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

/** Bulk TCP as fast as it goes. */
public final class StreamRate implements Workload {
  /** Bits that arrive. */
  static final Metric RATE =
      new Metric(
          "stream-rate",
          "bit/s",
          Better.HIGHER,
          "bits of application data received a second over TCP, from the end of the warm-up to the"
              + " end of the sending; one value a trial",
          "Shortpath, native program rates; RFC 6349 section 3.3 (TCP throughput)");

  @Override
  public String name() {
    return "stream-rate";
  }

  @Override
  public String summary() {
    return "bulk TCP as fast as it goes: bits a second received";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(RATE);
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>(RateRun.parameters());
    all.add(
        new Parameter("size", POSITIVE, "131072", "bytes of a write, 16 to 1048576")
            .within(16, 1 << 20));
    return all;
  }

  @Override
  public List<String> tools() {
    return List.of(RateRun.TOOL);
  }

  @Override
  public Duration estimate(Map<String, String> parameters) {
    return Duration.ofSeconds(number(parameters, "seconds")).plusMillis(100);
  }

  @Override
  public Traffic run(Scene scene, Map<String, String> parameters, SampleSink sink, Path output)
      throws TestbedException, InterruptedException {
    if (!scene.protocol().equals("tcp")) {
      throw new TestbedException("workload stream-rate needs a scene of protocol tcp");
    }
    RateRun.Outcome outcome =
        RateRun.run(scene, parameters, output, List.of("--size", parameters.get("size")));
    RateLines.Window window = RateRun.window(outcome, parameters);
    sink.accept(
        new Sample(RATE.name(), window.startNanos(), window.bytes() * 8e9 / window.nanos()));
    return outcome.traffic();
  }
}
