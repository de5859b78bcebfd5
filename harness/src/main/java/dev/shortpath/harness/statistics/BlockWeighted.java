package dev.shortpath.harness.statistics;

/** A pool of which whole blocks count a number of times. */
final class BlockWeighted implements Weighted {
  private final Pool pool;
  private final int[] counts;

  BlockWeighted(Pool pool, int[] counts) {
    this.pool = pool;
    this.counts = counts;
  }

  @Override
  public double quantile(double p) {
    Quantiles.checkProbability(p);
    double h = (moments().weight() - 1) * p;
    long rank = (long) h;
    int low = 0;
    int high = pool.below.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (weightBelow(middle) <= rank) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return SortedWalk.quantile(
        pool.sorted, i -> counts[pool.blockOf[i]], low * Pool.STEP, weightBelow(low), h);
  }

  private long weightBelow(int step) {
    int[] below = pool.below[step];
    long weight = 0;
    for (int b = 0; b < counts.length; b++) {
      weight += (long) counts[b] * below[b];
    }
    return weight;
  }

  @Override
  public Moments moments() {
    Moments all = Moments.NONE;
    for (int b = 0; b < counts.length; b++) {
      all = all.plus(pool.moments[b], counts[b]);
    }
    return all;
  }

  @Override
  public double min() {
    double min = Double.POSITIVE_INFINITY;
    for (int b = 0; b < counts.length; b++) {
      min = counts[b] > 0 ? Math.min(min, pool.lows[b]) : min;
    }
    return min;
  }

  @Override
  public double max() {
    double max = Double.NEGATIVE_INFINITY;
    for (int b = 0; b < counts.length; b++) {
      max = counts[b] > 0 ? Math.max(max, pool.highs[b]) : max;
    }
    return max;
  }
}
