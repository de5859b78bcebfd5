package dev.shortpath.reports.data;

import dev.shortpath.harness.analysis.Interval;
import java.util.Locale;

/**
 * How figures of one unit are shown.
 *
 * @param symbol for example {@code µs}; empty for a plain number
 * @param divisor what a stored figure is divided by
 */
public record Scale(String symbol, double divisor) {
  /** The scale for a stored unit; {@code typical} is a figure of the usual size. */
  public static Scale of(String unit, double typical) {
    double size = Math.abs(typical);
    return switch (unit == null ? "" : unit) {
      case "ns" ->
          size >= 1e10
              ? new Scale("s", 1e9)
              : size >= 1e7
                  ? new Scale("ms", 1e6)
                  : size == 0 || size >= 1e3 ? new Scale("µs", 1e3) : new Scale("ns", 1);
      case "bytes" ->
          size >= 1 << 20
              ? new Scale("MiB", 1 << 20)
              : size >= 1 << 10 ? new Scale("KiB", 1 << 10) : new Scale("bytes", 1);
      case "bit/s" ->
          size >= 1e10
              ? new Scale("Gbit/s", 1e9)
              : size >= 1e6
                  ? new Scale("Mbit/s", 1e6)
                  : size >= 1e3 ? new Scale("kbit/s", 1e3) : new Scale("bit/s", 1);
      case "s" ->
          size == 0 || size >= 0.1
              ? new Scale("s", 1)
              : size >= 1e-4
                  ? new Scale("ms", 1e-3)
                  : size >= 1e-7 ? new Scale("µs", 1e-6) : new Scale("ns", 1e-9);
      case "1", "" -> new Scale("", 1);
      default -> new Scale(unit, 1);
    };
  }

  /** A stored figure in this scale, as a number. */
  public double apply(double stored) {
    return stored / divisor;
  }

  /**
   * A stored figure in this scale, two decimals or four digits, whichever is shorter; thousands
   * apart from 10 000 on.
   */
  public String text(double stored) {
    double v = apply(stored);
    if (!Double.isFinite(v)) {
      return "–";
    }
    double size = Math.abs(v);
    if (size >= 10_000 && size < 1e15) {
      return Figures.count(Math.round(v));
    }
    int decimals = size < 5e-6 || size >= 10_000 ? 0 : size >= 1 ? 2 : size >= 0.001 ? 3 : 5;
    return Figures.minus(String.format(Locale.ROOT, "%." + decimals + "f", v));
  }

  /** A figure's interval in this scale, without digits that mean nothing. */
  public String interval(double value, Interval i) {
    String high =
        Figures.absurd(value, i) ? "over " + text(Figures.ABSURD * value) : text(i.high());
    return "[" + text(i.low()) + ",\u00a0" + high + "]";
  }

  /** The heading of a column, for example {@code p50, µs}. */
  public String heading(String name) {
    return symbol.isEmpty() ? name : name + ", " + symbol;
  }
}
