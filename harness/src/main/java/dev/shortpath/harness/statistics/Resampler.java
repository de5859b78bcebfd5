package dev.shortpath.harness.statistics;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** Computes statistics over the resamples of pools. */
public final class Resampler {
  /** Enough for a standard error (Efron and Tibshirani 1993, section 6.4). */
  private static final int FLOOR_RESAMPLES = 200;

  /** Fewer samples than this in its only block tell nothing about a pool's spread. */
  private static final int FEWEST = 10;

  private final int resamples;
  private final long seed;

  /**
   * A resampler; the same arguments give the same figures on every JVM.
   *
   * @param resamples upper bound on resamples of blocks, and number of those within a single block
   */
  public Resampler(int resamples, long seed) {
    this.resamples = resamples;
    this.seed = seed;
  }

  /**
   * Statistics in each resample.
   *
   * @param stream distinguishes pools whose samples are independent of each other; draws of blocks
   *     do not depend on it, so that they pair
   * @param statistics those wanted; ones that resampling does not serve are left out
   */
  public Map<Statistic, Replicates> resample(Pool pool, long stream, Set<Statistic> statistics) {
    BlockResamples blocks =
        pool.blocks() > 1
            ? BlockResamples.of(pool.blocks(), resamples, seed)
            : new BlockResamples(new int[0][], new double[0]);
    int inner = innerResamples(pool);
    Map<Statistic, Replicates> replicates = new EnumMap<>(Statistic.class);
    for (Statistic statistic : statistics) {
      if (!statistic.extreme()) {
        replicates.put(
            statistic,
            new Replicates(
                pool.blocks(),
                new double[blocks.counts().length],
                blocks.probabilities(),
                new double[inner]));
      }
    }
    for (int r = 0; r < blocks.counts().length; r++) {
      Weighted drawn = pool.drawn(blocks.counts()[r]);
      for (Map.Entry<Statistic, Replicates> e : replicates.entrySet()) {
        e.getValue().byBlock()[r] = e.getKey().of(drawn);
      }
    }
    new SegmentResamples(pool, seed * 31 + stream)
        .forEach(
            inner, (drawn, r) -> replicates.forEach((s, into) -> into.within()[r] = s.of(drawn)));
    return replicates;
  }

  private int innerResamples(Pool pool) {
    if (pool.blocks() == 1) {
      return pool.size() < FEWEST ? 0 : resamples;
    }
    boolean single = pool.places.stream().allMatch(places -> places.length < 2);
    return single ? 0 : Math.min(FLOOR_RESAMPLES, resamples);
  }
}
