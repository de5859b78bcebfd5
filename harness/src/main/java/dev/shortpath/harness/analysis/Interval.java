package dev.shortpath.harness.analysis;

/**
 * A confidence interval.
 *
 * @param low its lower end, inclusive
 * @param high its upper end, inclusive
 * @param level for example 0.95
 */
public record Interval(double low, double high, double level) {
  /** Whether {@code value} lies within. */
  public boolean contains(double value) {
    return low <= value && value <= high;
  }
}
