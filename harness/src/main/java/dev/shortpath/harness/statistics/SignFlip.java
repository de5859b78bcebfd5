package dev.shortpath.harness.statistics;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * The paired permutation test: were the two arms of each block exchangeable, the sign of each
 * block's difference would be a coin's (Fisher, The Design of Experiments, 1935, section 21).
 */
public final class SignFlip {
  /** Up to here all 2^B assignments of signs are tried. */
  public static final int EXACT_BLOCKS = 16;

  private static final int DRAWS = 20_000;

  private SignFlip() {}

  /**
   * The two-sided p-value of the mean of {@code differences} being 0: the share of sign assignments
   * whose mean is at least as far from 0 as the one seen. With B blocks it is at least 2/2^B.
   *
   * @param differences one for each block, at least one
   * @param seed used above {@link #EXACT_BLOCKS} blocks only
   */
  public static double pValue(double[] differences, long seed) {
    Finite.check(differences);
    int n = differences.length;
    if (n == 0) {
      throw new IllegalArgumentException("a test needs at least one difference");
    }
    double seen = 0;
    double scale = 0;
    for (double difference : differences) {
      seen += difference;
      scale += Math.abs(difference);
    }
    // Sums in another order differ in their last bits; equal assignments must count as equal.
    double bound = Math.abs(seen) - 1e-12 * scale;
    if (n <= EXACT_BLOCKS) {
      int extreme = 0;
      for (int signs = 0; signs < 1 << n; signs++) {
        extreme += Math.abs(flipped(differences, signs)) >= bound ? 1 : 0;
      }
      return (double) extreme / (1 << n);
    }
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    int extreme = 1;
    for (int draw = 0; draw < DRAWS; draw++) {
      double sum = 0;
      for (double difference : differences) {
        sum += random.nextBoolean() ? difference : -difference;
      }
      extreme += Math.abs(sum) >= bound ? 1 : 0;
    }
    return extreme / (DRAWS + 1.0);
  }

  private static double flipped(double[] differences, int signs) {
    double sum = 0;
    for (int i = 0; i < differences.length; i++) {
      sum += (signs >> i & 1) == 0 ? differences[i] : -differences[i];
    }
    return sum;
  }
}
