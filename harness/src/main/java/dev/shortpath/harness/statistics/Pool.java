package dev.shortpath.harness.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * All samples of one treatment, sorted once, each knowing its block: resamples are then weights,
 * and no resample needs to be sorted.
 */
public final class Pool {
  /** Samples between two entries of the table of ranks. */
  static final int STEP = 64;

  final double[] sorted;
  final int[] blockOf;
  final Moments[] moments;
  final double[] lows;
  final double[] highs;

  /** {@code below[k][b]}: samples of block b among the first k·STEP sorted ones. */
  final int[][] below;

  /** For each trial, its samples in order of time, each as a place in {@code sorted}. */
  final List<int[]> places = new ArrayList<>();

  private Pool(List<List<double[]>> blocks) {
    int blockCount = blocks.size();
    List<Integer> owner = new ArrayList<>();
    List<double[]> series = new ArrayList<>();
    for (int b = 0; b < blockCount; b++) {
      for (double[] one : blocks.get(b)) {
        series.add(Finite.check(one));
        owner.add(b);
      }
    }
    int size = series.stream().mapToInt(s -> s.length).sum();
    double[] all = new double[size];
    int[] block = new int[size];
    int at = 0;
    for (int s = 0; s < series.size(); s++) {
      double[] one = series.get(s);
      System.arraycopy(one, 0, all, at, one.length);
      Arrays.fill(block, at, at + one.length, owner.get(s));
      places.add(IntStream.range(at, at + one.length).toArray());
      at += one.length;
    }
    sorted = all.clone();
    Arrays.sort(sorted);
    blockOf = new int[size];
    int[] placeOf = new int[size];
    int[] taken = new int[size];
    for (int i = 0; i < size; i++) {
      int first = firstPlace(all[i]);
      placeOf[i] = first + taken[first]++;
      blockOf[placeOf[i]] = block[i];
    }
    places.forEach(one -> Arrays.setAll(one, i -> placeOf[one[i]]));
    below = ranks(blockOf, blockCount);
    moments = new Moments[blockCount];
    lows = new double[blockCount];
    highs = new double[blockCount];
    for (int b = 0; b < blockCount; b++) {
      double[] own = blocks.get(b).stream().flatMapToDouble(Arrays::stream).toArray();
      moments[b] = Moments.of(own);
      lows[b] = Arrays.stream(own).min().orElse(Double.POSITIVE_INFINITY);
      highs[b] = Arrays.stream(own).max().orElse(Double.NEGATIVE_INFINITY);
    }
  }

  /**
   * Pools trials.
   *
   * @param blocks for each block its trials' values, each in order of time; every block must hold
   *     at least one value
   * @throws IllegalArgumentException for NaN, infinity, or a block without a value
   */
  public static Pool of(List<List<double[]>> blocks) {
    if (blocks.isEmpty()) {
      throw new IllegalArgumentException("a pool needs at least one block");
    }
    for (int b = 0; b < blocks.size(); b++) {
      if (blocks.get(b).stream().allMatch(series -> series.length == 0)) {
        throw new IllegalArgumentException("block " + b + " of a pool holds no value");
      }
    }
    return new Pool(blocks);
  }

  /** Number of blocks. */
  public int blocks() {
    return moments.length;
  }

  /** Number of samples. */
  public int size() {
    return sorted.length;
  }

  /** All samples, ascending; a copy. */
  public double[] sorted() {
    return sorted.clone();
  }

  /** Every sample once. */
  public Weighted once() {
    int[] counts = new int[blocks()];
    Arrays.fill(counts, 1);
    return drawn(counts);
  }

  /** One block alone. */
  public Weighted block(int block) {
    int[] counts = new int[blocks()];
    counts[block] = 1;
    return drawn(counts);
  }

  /** Each block as often as {@code counts} says. */
  public Weighted drawn(int[] counts) {
    return new BlockWeighted(this, counts);
  }

  private int firstPlace(double value) {
    int low = 0;
    int high = sorted.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static int[][] ranks(int[] blockOf, int blockCount) {
    int[][] below = new int[blockOf.length / STEP + 1][];
    int[] seen = new int[blockCount];
    for (int i = 0; i < blockOf.length; i++) {
      if (i % STEP == 0) {
        below[i / STEP] = seen.clone();
      }
      seen[blockOf[i]]++;
    }
    if (blockOf.length % STEP == 0) {
      below[blockOf.length / STEP] = seen;
    }
    return below;
  }
}
