package dev.shortpath.harness.analysis;

import java.util.Locale;

/** Figures as they stand in sentences. */
final class Words {
  private Words() {}

  /** For example {@code −21.35 %}; with a true minus sign. */
  static String change(double ratio, int digits) {
    if (ratio > 11) {
      return "over +1000 %"; // a figure this far off has no meaningful digits
    }
    return String.format(Locale.ROOT, "%+." + digits + "f %%", (ratio - 1) * 100)
        .replace('-', '\u2212');
  }

  /** For example {@code −21.4 % (−22.6 % to −20.1 %)}. */
  static String change(Estimate ratio) {
    Interval interval = ratio.interval();
    return change(ratio.value(), 1)
        + (interval == null
            ? ""
            : " (" + change(interval.low(), 1) + " to " + change(interval.high(), 1) + ")");
  }

  /** For example {@code 485.82 µs}. */
  static String value(double value, String unit) {
    if (unit.equals("ns")) {
      return value < 1e6 ? number(value / 1e3) + " \u00b5s" : number(value / 1e6) + " ms";
    }
    return unit.equals("1") ? number(value) : number(value) + " " + unit;
  }

  private static String number(double value) {
    double size = Math.abs(value);
    if (size >= 1e7 || size > 0 && size < 0.01) {
      return String.format(Locale.ROOT, "%.3g", value);
    }
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
