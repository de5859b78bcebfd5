package dev.shortpath.harness.statistics;

import org.apache.commons.statistics.distribution.FDistribution;

/**
 * What chance alone does to a ratio of two standard deviations: of two samples of n values from the
 * same normal distribution, the ratio of variances follows Fisher's F with n - 1 and n - 1 degrees
 * of freedom (Snedecor and Cochran, Statistical Methods, 8th edition, 1989, section 6.11). Heavier
 * tails than normal make it wider.
 */
public final class SpreadRatio {
  private SpreadRatio() {}

  /**
   * The ends between which the ratio lies in {@code level} of all cases where the two do not
   * differ: {@code √F(α/2) … √F(1-α/2)}; the one is the other's reciprocal.
   *
   * @param n values on each side, at least 2
   * @param level for example 0.95
   */
  public static Bounds chance(int n, double level) {
    if (n < 2 || !(level > 0 && level < 1)) {
      throw new IllegalArgumentException(
          "a spread needs two values and a level between 0 and 1, not " + n + " and " + level);
    }
    FDistribution f = FDistribution.of(n - 1.0, n - 1.0);
    return new Bounds(
        Math.sqrt(f.inverseCumulativeProbability((1 - level) / 2)),
        Math.sqrt(f.inverseSurvivalProbability((1 - level) / 2)));
  }
}
