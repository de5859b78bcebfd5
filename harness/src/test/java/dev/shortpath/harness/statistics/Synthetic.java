package dev.shortpath.harness.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Latencies as trials yield them, with a truth that is known. */
final class Synthetic {
  private final Random random;

  Synthetic(long seed) {
    random = new Random(seed);
  }

  /**
   * Two arms in the same blocks.
   *
   * @param ratio the true ratio of medians, and of means
   * @param block SD of what a block does to both arms, on the logarithmic scale
   * @param trial SD of what a trial does to its samples
   * @param within SD of the samples of a trial
   * @param memory correlation of neighbouring samples
   */
  Pool[] arms(
      int blocks, int n, double ratio, double block, double trial, double within, double memory) {
    List<List<double[]>> baseline = new ArrayList<>();
    List<List<double[]>> treatment = new ArrayList<>();
    for (int b = 0; b < blocks; b++) {
      double common = block * random.nextGaussian();
      baseline.add(List.of(series(n, Math.log(100) + common, trial, within, memory)));
      treatment.add(List.of(series(n, Math.log(100 * ratio) + common, trial, within, memory)));
    }
    return new Pool[] {Pool.of(baseline), Pool.of(treatment)};
  }

  private double[] series(int n, double centre, double trial, double within, double memory) {
    double[] values = new double[n];
    double level = centre + trial * random.nextGaussian();
    double state = random.nextGaussian();
    for (int i = 0; i < n; i++) {
      values[i] = Math.exp(level + within * state);
      state = memory * state + Math.sqrt(1 - memory * memory) * random.nextGaussian();
    }
    return values;
  }
}
