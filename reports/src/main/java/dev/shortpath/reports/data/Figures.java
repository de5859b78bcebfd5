package dev.shortpath.reports.data;

import dev.shortpath.harness.analysis.Interval;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** How numbers are written, the same in every place of a report and on every machine. */
public final class Figures {
  /** With a no-break space before the sign. */
  private static final String PERCENT = "\u00a0%";

  /** Intervals are written up to so many times their figure. */
  static final double ABSURD = 1000;

  private Figures() {}

  /** A number for a file: the shortest text that gives the same double again. */
  public static String raw(double v) {
    return Double.isFinite(v) ? plain(BigDecimal.valueOf(v)) : "";
  }

  /** As {@link #raw(double)}; empty for null. */
  public static String raw(Number v) {
    return v == null ? "" : v instanceof Double d ? raw(d.doubleValue()) : v.toString();
  }

  /** A tick of an axis: up to six digits, no trailing zeros, thousands apart from 10 000 on. */
  public static String tick(double v) {
    if (Math.abs(v) >= 10_000 && Math.abs(v) < 1e12) {
      return minus(
          String.format(Locale.ROOT, "%,.3f", v).replaceAll("\\.?0+$", "").replace(',', '\u202f'));
    }
    return Math.abs(v) < 1e-12 ? "0" : minus(plain(new BigDecimal(v).round(new MathContext(6))));
  }

  /** A ratio, for example {@code 0.786}. */
  public static String ratio(double v) {
    return Double.isFinite(v) ? String.format(Locale.ROOT, "%.3f", v) : "–";
  }

  /** The change that a ratio stands for, for example {@code −21.35 %}. */
  public static String change(double ratio) {
    return Double.isFinite(ratio) ? signed((ratio - 1) * 100) + PERCENT : "–";
  }

  /** The changes that an interval of ratios stands for: {@code [−22.10, −20.31] %}. */
  public static String change(Interval ratios) {
    return ratios == null
        ? "no interval"
        : "["
            + signed((ratios.low() - 1) * 100)
            + ",\u00a0"
            + (ratios.high() > 11 ? "over +1000" : signed((ratios.high() - 1) * 100))
            + "]"
            + PERCENT;
  }

  /** Whether an interval of what is never negative goes on so far that its end says no more. */
  static boolean absurd(double value, Interval i) {
    return value > 0 && i.low() >= 0 && i.high() > ABSURD * value;
  }

  /** The interval of a ratio: {@code [0.779, 1.003]}. */
  public static String interval(double value, Interval i) {
    String high = absurd(value, i) ? "over " + ratio(ABSURD * value) : ratio(i.high());
    return "[" + ratio(i.low()) + ",\u00a0" + high + "]";
  }

  /** A share, for example {@code 95 %}. */
  public static String percent(double share) {
    return plain(new BigDecimal(share * 100).round(new MathContext(3))) + PERCENT;
  }

  /** A probability; below 0.0001 it says so. */
  public static String probability(Double p) {
    return p == null
        ? "–"
        : p < 0.0001 ? "< 0.0001" : String.format(Locale.ROOT, p < 0.01 ? "%.4f" : "%.3f", p);
  }

  /** A sentence from elsewhere, its percent signs kept beside their numbers. */
  public static String together(String sentence) {
    return sentence == null ? "" : sentence.replaceAll("(?<=\\d) %", PERCENT);
  }

  /** How a statistic is called. */
  public static String statistic(String name) {
    return switch (name) {
      case "p25" -> "lower quartile";
      case "p50" -> "median";
      case "p75" -> "upper quartile";
      case "p99" -> "99th percentile";
      case "sd" -> "standard deviation";
      case "rfc3550-jitter" -> "RFC 3550 jitter";
      default -> name;
    };
  }

  /** Whole numbers in groups of three, with a narrow no-break space. */
  public static String count(long n) {
    return minus(String.format(Locale.ROOT, "%,d", n).replace(',', '\u202f'));
  }

  /** {@code "1 trial"}, {@code "3 trials"}. */
  public static String counted(long n, String one) {
    return count(n) + " " + (n == 1 ? one : one + "s");
  }

  /** {@code "1 stratum"}, {@code "3 strata"}. */
  public static String counted(long n, String one, String many) {
    return count(n) + " " + (n == 1 ? one : many);
  }

  /** With a capital, as a sentence starts. */
  public static String sentence(String words) {
    return words.isEmpty()
        ? words
        : words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }

  static String minus(String number) {
    return number.replace('-', '\u2212');
  }

  private static String signed(double v) {
    String text = String.format(Locale.ROOT, "%+.2f", v);
    return text.equals("-0.00") || text.equals("+0.00") ? "0.00" : minus(text);
  }

  private static String plain(BigDecimal v) {
    return v.signum() == 0 ? "0" : v.stripTrailingZeros().toPlainString();
  }
}
