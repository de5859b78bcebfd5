package dev.shortpath.harness.statistics;

import java.util.List;
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

  /**
   * The sum of several figures in the same resamples, each times its weight; within trials they are
   * independent.
   */
  public static Replicates sum(List<Replicates> figures, double[] weights) {
    Replicates sum = figures.get(0).map(value -> weights[0] * value);
    for (int i = 1; i < weights.length; i++) {
      double weight = weights[i];
      sum = sum.with(figures.get(i), (total, value) -> total + weight * value);
    }
    return sum;
  }

  private static double[] combine(double[] a, double[] b, int length, DoubleBinaryOperator f) {
    double[] both = new double[length];
    for (int i = 0; i < length; i++) {
      both[i] = f.applyAsDouble(a[i], b[i]);
    }
    return both;
  }
}
