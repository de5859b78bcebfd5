package dev.shortpath.harness.statistics;

import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.function.ObjIntConsumer;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Resamples within each trial: segments of consecutive samples, drawn with replacement and wrapped
 * around at the end (circular block bootstrap; Politis and Romano 1992), because neighbouring
 * samples resemble each other. A segment is √n samples long: longer than the n^(1/3) that is best
 * for short memory (Künsch 1989), because latencies were seen to be correlated over tens of
 * samples.
 */
public final class SegmentResamples {
  private final Pool pool;
  private final UniformRandomProvider random;

  /** Resamples of {@code pool}; the same seed gives the same resamples. */
  public SegmentResamples(Pool pool, long seed) {
    this.pool = pool;
    this.random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
  }

  /**
   * Passes {@code resamples} resamples with their numbers to {@code sink}; valid in the call only.
   */
  public void forEach(int resamples, ObjIntConsumer<Weighted> sink) {
    int[] weights = new int[pool.size()];
    for (int r = 0; r < resamples; r++) {
      Arrays.fill(weights, 0);
      pool.places.forEach(places -> draw(places, place -> weights[place]++));
      sink.accept(new SampleWeighted(pool.sorted, weights, pool.size()), r);
    }
  }

  private void draw(int[] places, IntConsumer take) {
    int n = places.length;
    int length = (int) Math.ceil(Math.sqrt(n));
    for (int left = n; left > 0; left -= length) {
      int at = random.nextInt(n);
      for (int i = Math.min(length, left); i > 0; i--) {
        take.accept(places[at]);
        at = at + 1 == n ? 0 : at + 1;
      }
    }
  }
}
