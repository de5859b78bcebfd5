package dev.shortpath.reports.chart;

import java.util.Arrays;

/** A distribution function as the corners of its steps. */
record Steps(double[] x, double[] y) {
  /** At most one step a column: each column shows the share at its right edge. */
  static Steps of(double[] sorted, double low, double high, int columns) {
    double[] x = new double[2 * columns + 2];
    double[] y = new double[2 * columns + 2];
    int used = 0;
    int below = 0;
    double last = -1;
    for (int c = 0; c <= columns; c++) {
      double at = low + (high - low) * c / columns;
      while (below < sorted.length && sorted[below] <= at) {
        below++;
      }
      double share = (double) below / sorted.length;
      if (share != last || c == columns) {
        if (last >= 0) {
          x[used] = at;
          y[used++] = last;
        }
        x[used] = at;
        y[used++] = share;
        last = share;
      }
    }
    return new Steps(Arrays.copyOf(x, used), Arrays.copyOf(y, used));
  }
}
