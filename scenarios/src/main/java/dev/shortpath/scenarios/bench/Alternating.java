package dev.shortpath.scenarios.bench;

import java.util.Arrays;
import java.util.Locale;

/** Two things measured in turn, so that a drift of the machine meets both. */
final class Alternating {
  /** One measurement. */
  @FunctionalInterface
  interface Measurement {
    double take() throws Exception;
  }

  private Alternating() {}

  /**
   * Rounds of value and reference, the order swapped each time; their medians and that of the
   * ratios.
   */
  static Figure figure(
      String name, String unit, String goal, int rounds, Measurement value, Measurement reference)
      throws Exception {
    double[] values = new double[rounds];
    double[] references = new double[rounds];
    double[] ratios = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      if (i % 2 == 0) {
        values[i] = value.take();
        references[i] = reference.take();
      } else {
        references[i] = reference.take();
        values[i] = value.take();
      }
      ratios[i] = values[i] / references[i];
      System.err.printf(
          Locale.ROOT,
          "%s: round %d of %d: %.4g / %.4g %s%n",
          name,
          i + 1,
          rounds,
          values[i],
          references[i],
          unit);
    }
    return new Figure(name, median(values), median(references), median(ratios), unit, goal);
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
  }
}
