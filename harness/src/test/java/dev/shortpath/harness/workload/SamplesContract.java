package dev.shortpath.harness.workload;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.experiment.Names;
import dev.shortpath.harness.metric.Metric;
import dev.shortpath.harness.metric.Sample;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.Traffic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every workload owes to those who use its samples: a stream with time, value and unit. A
 * workload's test extends it on a scene that carries real traffic.
 */
public abstract class SamplesContract {
  @TempDir Path output;

  /** The workload under test. */
  protected abstract Workload workload();

  /** A scene that stands until the test's end. */
  protected abstract Scene scene() throws Exception;

  /** Parameters that make its traffic short. */
  protected abstract Map<String, String> brief();

  /** Metrics that count what should not happen. */
  protected List<String> mayBeZero() {
    return List.of();
  }

  /** What this workload's traffic has to do with its samples; each message is answered, say. */
  protected void check(Traffic traffic, List<Sample> samples) {
    assertTrue(traffic.messagesToServer() >= samples.size());
    assertTrue(traffic.messagesToClient() >= samples.size());
    assertTrue(traffic.messagesToClient() <= traffic.messagesToServer());
  }

  @Test
  void everyParameterHasANameAMeaningAndADefaultOfItsKind() {
    for (Parameter parameter : workload().parameters()) {
      Names.check("parameter", parameter.name());
      assertTrue(parameter.kind().accepts(parameter.defaultValue()), parameter.name());
      assertFalse(parameter.meaning().isBlank(), parameter.name());
    }
  }

  @Test
  void samplesArriveAsAStreamWithTimeValueAndUnit() throws Exception {
    Map<String, String> parameters =
        workload().parameters().stream()
            .collect(
                Collectors.toMap(
                    Parameter::name, Parameter::defaultValue, (a, b) -> a, TreeMap::new));
    parameters.putAll(brief());
    Map<String, Metric> metrics =
        workload().metrics().stream().collect(Collectors.toMap(Metric::name, m -> m));
    List<Sample> samples = new ArrayList<>();
    long start = System.nanoTime();
    Traffic traffic = workload().run(scene(), parameters, samples::add, output);
    long took = System.nanoTime() - start;

    assertFalse(samples.isEmpty());
    long last = Long.MIN_VALUE;
    for (Sample sample : samples) {
      Metric metric = metrics.get(sample.metric());
      assertTrue(metric != null, sample.metric() + " is not among the workload's metrics");
      assertFalse(metric.unit().isBlank());
      boolean zero = sample.value() == 0 && mayBeZero().contains(sample.metric());
      assertTrue(Double.isFinite(sample.value()), sample.toString());
      assertTrue(sample.value() > 0 || zero, sample.toString());
      assertTrue(sample.timeNanos() >= last, "in the order of time");
      last = sample.timeNanos();
    }
    assertTrue(traffic.connections() >= 1);
    assertTrue(traffic.duration().toNanos() > 0 && traffic.duration().toNanos() < 2 * took);
    long length = samples.get(samples.size() - 1).timeNanos() - samples.get(0).timeNanos();
    assertTrue(length <= took, "times are of one clock");
    check(traffic, samples);
  }
}
