package dev.shortpath.harness.store;

import dev.shortpath.harness.metric.Metric;
import dev.shortpath.harness.metric.Sample;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What no measurement yields: samples that tell that a trial's file was damaged. */
final class SampleCheck {
  private final Map<String, Metric> durations;
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
            .collect(Collectors.toMap(Metric::name, metric -> metric));
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
    Metric duration = durations.get(sample.metric());
    if (duration == null) {
      return null;
    }
    if (sample.value() < 0 && duration.nonNegative()) {
      return sample.metric() + " is negative";
    }
    boolean known = length > 0; // trials that were not measured here may not tell it
    return known && sample.value() > length ? sample.metric() + " is longer than the trial" : null;
  }
}
