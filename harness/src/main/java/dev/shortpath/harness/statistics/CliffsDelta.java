package dev.shortpath.harness.statistics;

/**
 * Cliff's delta: how often a value of one group exceeds one of the other, less how often it falls
 * below (Cliff, Dominance statistics, Psychological Bulletin 114, 1993).
 */
public final class CliffsDelta {
  private CliffsDelta() {}

  /**
   * From -1 (every treatment value is below every baseline value) to 1; 0 where neither prevails.
   *
   * @param treatment ascending, at least one value
   * @param baseline likewise
   */
  public static double ofSorted(double[] treatment, double[] baseline) {
    if (treatment.length == 0 || baseline.length == 0) {
      throw new IllegalArgumentException("Cliff's delta needs values on both sides");
    }
    long balance = 0;
    int below = 0;
    int upTo = 0;
    for (double value : treatment) {
      while (below < baseline.length && baseline[below] < value) {
        below++;
      }
      while (upTo < baseline.length && baseline[upTo] <= value) {
        upTo++;
      }
      balance += below - (baseline.length - upTo);
    }
    return (double) balance / treatment.length / baseline.length;
  }
}
