package dev.shortpath.harness.statistics;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.apache.commons.statistics.distribution.TDistribution;

/** Confidence intervals from replicates; see the package's description for why these. */
public final class Intervals {
  private Intervals() {}

  /**
   * The interval of a figure.
   *
   * <p>Of two blocks or more: {@code point ± t(B-1) · SE}, where SE is the larger of the bootstrap
   * standard error over blocks times √(B/(B-1)) and the one within trials. Of a single block: the
   * percentiles of the resamples within its trials, which say nothing about another run.
   *
   * @param level for example 0.95
   * @return empty where there is nothing to tell it from, or a replicate is not finite
   */
  public static Optional<Bounds> of(double point, Replicates replicates, double level) {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException("a level lies between 0 and 1, not " + level);
    }
    if (!finite(replicates.byBlock()) || !finite(replicates.within())) {
      return Optional.empty();
    }
    int blocks = replicates.blocks();
    if (blocks > 1) {
      double half =
          TDistribution.of(blocks - 1).inverseSurvivalProbability((1 - level) / 2)
              * standardError(replicates);
      return Optional.of(new Bounds(point - half, point + half));
    }
    return replicates.within().length == 0
        ? Optional.empty()
        : Optional.of(percentile(replicates.within(), level));
  }

  /**
   * The interval of a figure that is not negative by nature (a time, a rate, a spread): on the
   * logarithmic scale as long as it and all its replicates are positive, else as {@link #of}, and
   * then not below 0 unless the figure or a replicate is.
   */
  public static Optional<Bounds> ofPositive(double point, Replicates replicates, double level) {
    double least =
        DoubleStream.concat(Arrays.stream(replicates.byBlock()), Arrays.stream(replicates.within()))
            .reduce(point, Math::min);
    if (least > 0) {
      return of(Math.log(point), replicates.map(Math::log), level).map(Bounds::exp);
    }
    Optional<Bounds> bounds = of(point, replicates, level);
    return least < 0 ? bounds : bounds.map(b -> new Bounds(Math.max(0, b.low()), b.high()));
  }

  /** The standard error of a figure of two blocks or more. */
  public static double standardError(Replicates replicates) {
    int blocks = replicates.blocks();
    double mean = 0;
    double square = 0;
    double[] values = replicates.byBlock();
    for (int r = 0; r < values.length; r++) {
      mean += replicates.probabilities()[r] * values[r];
    }
    for (int r = 0; r < values.length; r++) {
      square += replicates.probabilities()[r] * (values[r] - mean) * (values[r] - mean);
    }
    double overBlocks = Math.sqrt(square * blocks / (blocks - 1.0));
    return Math.max(overBlocks, Moments.of(replicates.within()).sampleSd());
  }

  /** The percentile interval of equally probable replicates. */
  public static Bounds percentile(double[] replicates, double level) {
    double[] sorted = Finite.check(replicates).clone();
    Arrays.sort(sorted);
    return new Bounds(
        Quantiles.ofSorted(sorted, (1 - level) / 2), Quantiles.ofSorted(sorted, (1 + level) / 2));
  }

  private static boolean finite(double[] values) {
    return Arrays.stream(values).allMatch(Double::isFinite);
  }
}
