package dev.shortpath.harness.statistics;

import java.util.Arrays;

/**
 * Quantiles by linear interpolation of order statistics: type 7 of Hyndman and Fan, Sample
 * Quantiles in Statistical Packages, The American Statistician 50, 1996; the default of R, NumPy
 * and pandas.
 */
public final class Quantiles {
  private Quantiles() {}

  /**
   * The type-7 quantile: with {@code h = (n - 1) p}, between the values of rank {@code floor(h)}
   * and the next (ranks from 0).
   *
   * @param sorted ascending, at least one value
   * @param p from 0 to 1
   */
  public static double ofSorted(double[] sorted, double p) {
    checkProbability(p);
    if (sorted.length == 0) {
      throw new IllegalArgumentException("a quantile needs at least one value");
    }
    double h = (sorted.length - 1) * p;
    int low = (int) h;
    int high = Math.min(low + 1, sorted.length - 1);
    return between(sorted[low], sorted[high], h - low);
  }

  /** The type-7 quantile of values in any order; {@code values} stays as it is. */
  public static double of(double[] values, double p) {
    double[] sorted = Finite.check(values).clone();
    Arrays.sort(sorted);
    return ofSorted(sorted, p);
  }

  static double between(double low, double high, double fraction) {
    return low + fraction * (high - low);
  }

  static void checkProbability(double p) {
    if (!(p >= 0 && p <= 1)) {
      throw new IllegalArgumentException("a probability lies between 0 and 1, not " + p);
    }
  }
}
