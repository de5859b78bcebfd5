package dev.shortpath.harness.statistics;

import java.util.function.IntUnaryOperator;

/** Finds a quantile among sorted values that count a number of times each. */
final class SortedWalk {
  private SortedWalk() {}

  /**
   * The value at the fractional rank {@code h}, interpolated.
   *
   * @param weights how often the value at a place counts
   * @param from the place to start at
   * @param before the weight of all places before it, at most {@code h}
   */
  static double quantile(
      double[] sorted, IntUnaryOperator weights, int from, long before, double h) {
    long rank = (long) h;
    long through = before;
    int i = from - 1;
    while (through <= rank) {
      through += weights.applyAsInt(++i);
    }
    double low = sorted[i];
    if (h == rank || through > rank + 1) {
      return low;
    }
    do {
      i++;
    } while (weights.applyAsInt(i) == 0);
    return Quantiles.between(low, sorted[i], h - rank);
  }
}
