package dev.shortpath.reports.chart;

import dev.shortpath.reports.data.Figures;
import dev.shortpath.reports.data.Scale;
import java.util.Arrays;
import java.util.List;

/**
 * The part of a metric's values that an axis shows. A few far outliers would press everything else
 * together, so the axis ends at a high quantile, and the caption says what lies beyond.
 *
 * @param low smallest value shown
 * @param high largest value shown
 * @param beyond how many values are larger
 * @param max the largest of them
 */
record Range(double low, double high, long beyond, double max) {
  /** From the smallest value to the {@code share} quantile of {@code sorted}, not empty. */
  static Range of(double[] sorted, double share) {
    return of(List.of(sorted), share);
  }

  /**
   * From the smallest value to the largest {@code share} quantile of the groups: none of them lies
   * beyond as a whole.
   *
   * @param groups each sorted; at least one of them not empty
   */
  static Range of(List<double[]> groups, double share) {
    double low = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double[] sorted : groups) {
      int n = sorted.length;
      if (n > 0) {
        low = Math.min(low, sorted[0]);
        max = Math.max(max, sorted[n - 1]);
        high = Math.max(high, sorted[(int) Math.min(n - 1, Math.floor(share * n))]);
      }
    }
    if (max <= high + 0.25 * (high - low)) {
      high = max;
    }
    if (high <= low) {
      high = low + Math.max(1e-9, Math.abs(low) * 0.01);
    }
    double end = high;
    long beyond = groups.stream().flatMapToDouble(Arrays::stream).filter(v -> v > end).count();
    return new Range(low, high, beyond, max);
  }

  /** A sentence about what lies beyond; empty when nothing does. */
  String note(Scale scale) {
    return beyond == 0
        ? ""
        : " The axis ends at "
            + scale.text(high)
            + " "
            + scale.symbol()
            + "; "
            + Figures.counted(beyond, "sample")
            + " lie"
            + (beyond == 1 ? "s" : "")
            + " beyond, up to "
            + scale.text(max)
            + " "
            + scale.symbol()
            + ".";
  }

  double margin() {
    return 0.02 * (high - low);
  }
}
