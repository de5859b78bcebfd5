package dev.shortpath.harness.statistics;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Resamples of B blocks with replacement, shared by everything that is compared.
 *
 * @param counts for each resample, how often each block was drawn
 * @param probabilities of the resamples; they sum to 1
 */
public record BlockResamples(int[][] counts, double[] probabilities) {

  /**
   * All resamples where there are no more than {@code resamples} distinct ones, else that many
   * drawn at random.
   *
   * @param blocks at least 1
   */
  public static BlockResamples of(int blocks, int resamples, long seed) {
    if (blocks < 1 || resamples < 1) {
      throw new IllegalArgumentException(
          "resampling needs at least one block and one resample, not "
              + blocks
              + " and "
              + resamples);
    }
    return distinct(blocks) <= resamples ? all(blocks) : drawn(blocks, resamples, seed);
  }

  /** C(2B-1, B): multisets of B blocks out of B. */
  private static double distinct(int blocks) {
    double count = 1;
    for (int i = 1; i <= blocks; i++) {
      count = count * (blocks - 1 + i) / i;
    }
    return count;
  }

  private static BlockResamples all(int blocks) {
    List<int[]> counts = new ArrayList<>();
    fill(new int[blocks], 0, blocks, counts);
    double[] probabilities = counts.stream().mapToDouble(BlockResamples::probability).toArray();
    return new BlockResamples(counts.toArray(int[][]::new), probabilities);
  }

  private static void fill(int[] count, int block, int left, List<int[]> into) {
    if (block == count.length - 1) {
      count[block] = left;
      into.add(count.clone());
      return;
    }
    for (int times = 0; times <= left; times++) {
      count[block] = times;
      fill(count, block + 1, left - times, into);
    }
  }

  /** Multinomial: B! / (c1! … cB!) / B^B. */
  private static double probability(int[] count) {
    int blocks = count.length;
    double probability = 1;
    int drawn = 0;
    for (int times : count) {
      for (int i = 1; i <= times; i++) {
        drawn++;
        probability = probability * drawn / i / blocks;
      }
    }
    return probability;
  }

  private static BlockResamples drawn(int blocks, int resamples, long seed) {
    UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    int[][] counts = new int[resamples][blocks];
    double[] probabilities = new double[resamples];
    for (int r = 0; r < resamples; r++) {
      for (int b = 0; b < blocks; b++) {
        counts[r][random.nextInt(blocks)]++;
      }
      probabilities[r] = 1.0 / resamples;
    }
    return new BlockResamples(counts, probabilities);
  }
}
