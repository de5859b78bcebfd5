package dev.shortpath.harness.store;

import dev.shortpath.harness.metric.Metric;
import dev.shortpath.harness.metric.Sample;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What no measurement yields: samples that tell that a trial's file was damaged. */
final class SampleCheck {
  /** Differences of two clocks, which may be set: they alone may be negative. */
  private static final Set<String> ONE_WAY = Set.of("delay", "delay-max");

  private final Set<String> durations;
  private final long length;
  private final Map<String, Long> last = new HashMap<>();

  /**
   * A check of one trial's samples, in the order of the file.
   *
   * @param metrics of the run
   */
  SampleCheck(List<Metric> metrics, TrialRecord trial) {
    durations =
        metrics.stream()
            .filter(metric -> metric.unit().equals("ns"))
            .map(Metric::name)
            .collect(Collectors.toSet());
    length = trial.setUpNanos() + trial.trafficNanos() + trial.tearDownNanos();
  }

  /** What is wrong with the next sample; null when nothing is. */
  String complaint(Sample sample) {
    if (!Double.isFinite(sample.value())) {
      return sample.metric() + " is not a finite number";
    }
    Long before = last.put(sample.metric(), sample.timeNanos());
    if (before != null && sample.timeNanos() < before) {
      return sample.metric() + " is of a time before the sample before it";
    }
    if (!durations.contains(sample.metric())) {
      return null;
    }
    if (sample.value() < 0 && !ONE_WAY.contains(sample.metric())) {
      return sample.metric() + " is negative";
    }
    boolean known = length > 0; // trials that were not measured here may not tell it
    return known && sample.value() > length ? sample.metric() + " is longer than the trial" : null;
  }
}
