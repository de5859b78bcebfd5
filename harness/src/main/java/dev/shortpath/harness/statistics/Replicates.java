package dev.shortpath.harness.statistics;

import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/**
 * A figure in every resample.
 *
 * @param blocks number of blocks resampled
 * @param byBlock the figure in each resample of blocks; empty with a single block
 * @param probabilities of those resamples
 * @param within the figure in each resample within trials; empty where trials hold a single sample
 */
public record Replicates(int blocks, double[] byBlock, double[] probabilities, double[] within) {

  /** This figure through {@code function}, resample by resample. */
  public Replicates map(DoubleUnaryOperator function) {
    return with(this, (a, b) -> function.applyAsDouble(a));
  }

  /**
   * This figure and {@code other} in the same resamples: blocks are paired, samples within trials
   * are independent.
   */
  public Replicates with(Replicates other, DoubleBinaryOperator function) {
    if (byBlock.length != other.byBlock.length || blocks != other.blocks) {
      throw new IllegalArgumentException("replicates of different resamples can't be combined");
    }
    return new Replicates(
        blocks,
        combine(byBlock, other.byBlock, byBlock.length, function),
        probabilities,
        combine(within, other.within, Math.min(within.length, other.within.length), function));
  }

  private static double[] combine(double[] a, double[] b, int length, DoubleBinaryOperator f) {
    double[] both = new double[length];
    for (int i = 0; i < length; i++) {
      both[i] = f.applyAsDouble(a[i], b[i]);
    }
    return both;
  }
}
