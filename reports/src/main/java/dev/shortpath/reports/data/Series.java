package dev.shortpath.reports.data;

/**
 * One trial's values of one metric, in order of time.
 *
 * @param trial number of the trial
 * @param block its block, from 1
 * @param treatment id of its treatment
 * @param replica 1, or 2 for the second arm of an A/A pair
 * @param timesNanos CLOCK_MONOTONIC, one a value
 * @param values in the metric's unit
 */
public record Series(
    int trial, int block, String treatment, int replica, long[] timesNanos, double[] values) {
  /** Number of samples. */
  public int size() {
    return values.length;
  }
}
