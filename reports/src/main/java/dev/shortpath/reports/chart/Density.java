package dev.shortpath.reports.chart;

import java.util.Arrays;

/**
 * Gaussian kernel density for a picture, over samples counted into narrow bins; bandwidth by
 * Silverman's rule of thumb (Density Estimation, 1986, equation 3.31).
 */
final class Density {
  private static final int BINS = 1024;

  private Density() {}

  /**
   * Density at {@code points} places from {@code low} to {@code high}, its largest value scaled to
   * 1.
   *
   * @param sorted samples, ascending; those outside count only for the bandwidth
   */
  static double[] of(double[] sorted, double low, double high, int points) {
    double[] counts = new double[BINS];
    double width = (high - low) / BINS;
    for (double v : sorted) {
      if (v >= low && v <= high) {
        counts[(int) Math.min(BINS - 1, (v - low) / width)]++;
      }
    }
    double h = Math.max(bandwidth(sorted), width);
    double[] density = new double[points];
    for (int i = 0; i < points; i++) {
      double at = low + (high - low) * i / (points - 1);
      for (int k = 0; k < BINS; k++) {
        double z = (at - (low + (k + 0.5) * width)) / h;
        if (counts[k] > 0 && Math.abs(z) < 6) {
          density[i] += counts[k] * Math.exp(-z * z / 2);
        }
      }
    }
    double max = Arrays.stream(density).max().orElse(0);
    return max == 0 ? density : Arrays.stream(density).map(d -> d / max).toArray();
  }

  private static double bandwidth(double[] sorted) {
    int n = sorted.length;
    double mean = Arrays.stream(sorted).average().orElse(0);
    double sd = Math.sqrt(Arrays.stream(sorted).map(v -> (v - mean) * (v - mean)).sum() / n);
    double range = (sorted[n * 3 / 4] - sorted[n / 4]) / 1.34;
    double spread = range > 0 ? Math.min(sd, range) : sd;
    return 0.9 * spread * Math.pow(n, -0.2);
  }
}
