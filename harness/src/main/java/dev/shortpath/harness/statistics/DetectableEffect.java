package dev.shortpath.harness.statistics;

import java.util.Arrays;
import java.util.OptionalDouble;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * The smallest effect that a run could have shown: the minimum detectable effect of Bloom, Minimum
 * Detectable Effects, Evaluation Review 19, 1995, at a power of 80 %.
 */
public final class DetectableEffect {
  private static final double POWER = 0.8;

  private DetectableEffect() {}

  /**
   * The departure of a ratio from 1 that a two-sided comparison of {@code blocks} blocks would have
   * found in 80 of 100 runs: {@code exp((t(1-α/2) + t(0.8)) · s / √blocks) - 1}.
   *
   * @param logRatios of single blocks
   * @param centred whether their true mean is 0 (A/A), so that all of it is noise; else their own
   *     mean is taken off
   * @param blocks of the comparison, at least 2 for a figure
   * @param level of the interval, for example 0.95
   */
  public static OptionalDouble of(double[] logRatios, boolean centred, int blocks, double level) {
    Finite.check(logRatios);
    if (blocks < 2 || logRatios.length < 2) {
      return OptionalDouble.empty();
    }
    double s =
        centred
            ? Math.sqrt(Arrays.stream(logRatios).map(x -> x * x).sum() / logRatios.length)
            : Moments.of(logRatios).sampleSd();
    TDistribution t = TDistribution.of(blocks - 1);
    double multiple =
        t.inverseSurvivalProbability((1 - level) / 2) + t.inverseSurvivalProbability(1 - POWER);
    double effect = Math.expm1(multiple * s / Math.sqrt(blocks));
    return Double.isFinite(effect) ? OptionalDouble.of(effect) : OptionalDouble.empty();
  }
}
