package dev.shortpath.reports.chart;

import dev.shortpath.reports.data.Scale;
import dev.shortpath.reports.data.Series;
import java.util.Arrays;

/**
 * A trial's samples over time, one column of pixels after the other: smallest and largest value of
 * each, in turns.
 *
 * @param seconds since the trial's first sample
 * @param values in the metric's unit
 */
record Buckets(double[] seconds, double[] values) {
  /** At most {@code columns} columns; values above {@code ceiling} are drawn at it. */
  static Buckets of(Series s, int columns, double ceiling) {
    double span = span(s);
    double[] seconds = new double[2 * columns];
    double[] values = new double[2 * columns];
    int used = 0;
    int i = 0;
    for (int c = 0; c < columns && i < s.size(); c++) {
      double end = c == columns - 1 ? Double.POSITIVE_INFINITY : span * (c + 1) / columns;
      double min = Double.POSITIVE_INFINITY;
      double max = Double.NEGATIVE_INFINITY;
      for (; i < s.size() && (s.timesNanos()[i] - s.timesNanos()[0]) / 1e9 < end; i++) {
        min = Math.min(min, s.values()[i]);
        max = Math.max(max, s.values()[i]);
      }
      if (min <= max) {
        seconds[used] = seconds[used + 1] = span * (c + 0.5) / columns;
        values[used++] = Math.min(min, ceiling);
        values[used++] = Math.min(max, ceiling);
      }
    }
    return new Buckets(Arrays.copyOf(seconds, used), Arrays.copyOf(values, used));
  }

  /** Time from a trial's first sample to its last, s; not 0. */
  static double span(Series s) {
    return Math.max(1e-9, (s.timesNanos()[s.size() - 1] - s.timesNanos()[0]) / 1e9);
  }

  double[] x(double start) {
    return Arrays.stream(seconds).map(s -> start + s).toArray();
  }

  double[] y(Scale scale) {
    return Arrays.stream(values).map(scale::apply).toArray();
  }
}
