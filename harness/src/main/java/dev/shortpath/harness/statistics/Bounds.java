package dev.shortpath.harness.statistics;

/**
 * Both ends of an interval.
 *
 * @param low its lower end
 * @param high its upper end
 */
public record Bounds(double low, double high) {
  /** Both ends brought back from logarithms. */
  public Bounds exp() {
    return new Bounds(Math.exp(low), Math.exp(high));
  }
}
