package dev.shortpath.reports.chart;

import dev.shortpath.reports.data.Figures;
import java.util.Arrays;
import java.util.function.Function;

/**
 * How values stand on an axis: as they are, or by their decimal logarithm where they span decades.
 *
 * @param logarithmic which of the two
 * @param min its lower end, as drawn
 * @param max its upper end, as drawn
 */
record Axis(boolean logarithmic, double min, double max) {
  /** Values further apart than this are shown by their logarithms. */
  private static final double DECADES = 30;

  /**
   * An axis for figures: from 0 unless they lie close together; a logarithmic one from below the
   * least of them, or, where it would show no two powers of ten, from the power below.
   */
  static Axis of(double[] figures) {
    double[] all = Arrays.stream(figures).filter(Double::isFinite).sorted().toArray();
    if (all.length == 0) {
      return new Axis(false, 0, 1);
    }
    double low = all[0];
    double high = all[all.length - 1];
    if (low > 0 && high / low > DECADES) {
      double from = Math.log10(low);
      double to = Math.log10(high);
      double margin = 0.06 * (to - from);
      boolean told = Math.floor(to + margin) - Math.ceil(from - margin) >= 1;
      return new Axis(true, told ? from - margin : Math.floor(from - 0.05), to + margin);
    }
    double margin = Math.max(0.08 * (high - low), 0.004 * Math.abs(high));
    boolean fromZero = low >= 0 && low < 0.8 * high || high == 0;
    double bottom = fromZero ? 0 : low - margin;
    return new Axis(false, bottom, high > bottom ? high + margin : bottom + 1);
  }

  /**
   * An axis for a factor's levels: logarithmic where more than half of them would crowd in the
   * first tenth of a plain one.
   */
  static Axis of(double[] levels, double margin) {
    double low = Arrays.stream(levels).min().orElse(0);
    double high = Arrays.stream(levels).max().orElse(1);
    long crowded = Arrays.stream(levels).filter(v -> v <= low + 0.1 * (high - low)).count();
    boolean log = low > 0 && crowded > 0.5 * levels.length && levels.length > 2;
    double from = log ? Math.log10(low) : low;
    double to = log ? Math.log10(high) : high;
    return new Axis(log, from - margin * (to - from), to + margin * (to - from));
  }

  /** Where a value stands; NaN where there is none such on this axis. */
  double at(double value) {
    return !logarithmic ? value : value > 0 ? Math.log10(value) : Double.NaN;
  }

  /** As {@link #at}, kept within the axis. */
  double within(double value) {
    return Math.max(min, Math.min(max, logarithmic && value <= 0 ? min : at(value)));
  }

  /** How a tick is written; unseen between the powers of ten of a logarithmic axis. */
  Function<Double, String> ticks() {
    return v -> {
      double whole = Math.rint(v);
      return !logarithmic
          ? Figures.tick(v)
          : Math.abs(v - whole) < 1e-6 ? Figures.tick(Math.pow(10, whole)) : unseen(v - min);
    };
  }

  /** A text without width, another one for each place: XChart seeks ticks until all differ. */
  static String unseen(double place) {
    return "\u200b".repeat(1 + (int) Math.min(2000, Math.abs(Math.rint(place * 100))));
  }
}
