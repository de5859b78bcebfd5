package dev.shortpath.harness.statistics;

/** A pool of which each sample counts a number of times. */
final class SampleWeighted implements Weighted {
  private final double[] sorted;
  private final int[] weights;
  private final long total;

  SampleWeighted(double[] sorted, int[] weights, long total) {
    this.sorted = sorted;
    this.weights = weights;
    this.total = total;
  }

  @Override
  public double quantile(double p) {
    Quantiles.checkProbability(p);
    double h = (total - 1) * p;
    int from = 0;
    long before = 0;
    for (int next = Pool.STEP; next < weights.length; next += Pool.STEP) {
      long step = 0;
      for (int i = next - Pool.STEP; i < next; i++) {
        step += weights[i];
      }
      if (before + step > h) {
        break;
      }
      before += step;
      from = next;
    }
    return SortedWalk.quantile(sorted, i -> weights[i], from, before, h);
  }

  @Override
  public Moments moments() {
    double sum = 0;
    for (int i = 0; i < sorted.length; i++) {
      sum += weights[i] * sorted[i];
    }
    double mean = sum / total;
    double squares = 0;
    for (int i = 0; i < sorted.length; i++) {
      squares += weights[i] * (sorted[i] - mean) * (sorted[i] - mean);
    }
    return new Moments(total, mean, squares);
  }

  @Override
  public double min() {
    int i = 0;
    while (weights[i] == 0) {
      i++;
    }
    return sorted[i];
  }

  @Override
  public double max() {
    int i = sorted.length - 1;
    while (weights[i] == 0) {
      i--;
    }
    return sorted[i];
  }
}
