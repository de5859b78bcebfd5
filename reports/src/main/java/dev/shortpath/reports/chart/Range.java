package dev.shortpath.reports.chart;

import dev.shortpath.reports.data.Figures;
import dev.shortpath.reports.data.Scale;
import java.util.Arrays;

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
    int n = sorted.length;
    double low = sorted[0];
    double max = sorted[n - 1];
    double high = sorted[(int) Math.min(n - 1, Math.floor(share * n))];
    if (max <= high + 0.25 * (high - low)) {
      high = max;
    }
    if (high <= low) {
      high = low + Math.max(1e-9, Math.abs(low) * 0.01);
    }
    double end = high;
    return new Range(low, high, Arrays.stream(sorted).filter(v -> v > end).count(), max);
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
