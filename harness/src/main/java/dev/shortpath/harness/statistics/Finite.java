package dev.shortpath.harness.statistics;

/** Refuses what is not a number before it spreads. */
final class Finite {
  private Finite() {}

  static double[] check(double[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new IllegalArgumentException("value " + i + " is " + values[i] + ", not finite");
      }
    }
    return values;
  }
}
