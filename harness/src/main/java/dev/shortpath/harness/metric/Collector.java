package dev.shortpath.harness.metric;

import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.Traffic;
import java.util.List;
import java.util.Map;

/**
 * Reads a cost around a trial: CPU time, memory, BPF run time. Found by {@link
 * java.util.ServiceLoader}; a new cost is a new collector, the runner stays as it is.
 */
public interface Collector {
  /** What {@link Reading#end} returns values of. */
  List<Metric> metrics();

  /** Reads before the traffic starts. */
  Reading begin(Scene scene);

  /** A collector between its two readings. */
  @FunctionalInterface
  interface Reading {
    /**
     * Reads after the traffic ended.
     *
     * @param traffic of the trial, for costs that are counted by what the workload sent
     * @return metric name to the trial's value; what can't be read is left out
     */
    Map<String, Double> end(Traffic traffic);
  }
}
