package dev.shortpath.harness.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Weights must give exactly what copies of the samples would give. */
class PoolTest {
  private static final double[] PROBABILITIES = {0, 0.01, 0.25, 0.5, 0.75, 0.99, 1};

  @Test
  void drawnBlocksAreCopiesOfTheirSamples() {
    Random random = new Random(1);
    for (int round = 0; round < 300; round++) {
      int blocks = 1 + random.nextInt(5);
      List<List<double[]>> data = new ArrayList<>();
      for (int b = 0; b < blocks; b++) {
        data.add(List.of(series(random), series(random)));
      }
      Pool pool = Pool.of(data);
      int[] counts = new int[blocks];
      for (int b = 0; b < blocks; b++) {
        counts[random.nextInt(blocks)]++;
      }
      double[] copies =
          java.util.stream.IntStream.range(0, blocks)
              .boxed()
              .flatMap(b -> java.util.Collections.nCopies(counts[b], data.get(b)).stream())
              .flatMap(List::stream)
              .flatMapToDouble(Arrays::stream)
              .toArray();
      same(copies, pool.drawn(counts));
    }
  }

  @Test
  void resampledSegmentsAreCopiesOfTheirSamples() {
    Random random = new Random(2);
    for (int round = 0; round < 100; round++) {
      double[] values = series(random);
      Pool pool = Pool.of(List.of(List.of(values, series(random))));
      new SegmentResamples(pool, round)
          .forEach(
              3,
              (drawn, r) -> {
                assertEquals(pool.size(), drawn.moments().weight());
                double[] copies = new double[pool.size()];
                for (int i = 0; i < copies.length; i++) {
                  // Type 7 at i/(n-1) is the i-th order statistic itself.
                  copies[i] =
                      copies.length == 1
                          ? drawn.quantile(0)
                          : drawn.quantile((double) i / (copies.length - 1));
                }
                assertEquals(Moments.of(copies).mean(), drawn.moments().mean(), 1e-6);
                assertEquals(copies[0], drawn.min(), 1e-9);
                assertEquals(copies[copies.length - 1], drawn.max(), 1e-9);
              });
    }
  }

  @Test
  void everySampleIsDrawnEquallyOften() {
    Pool pool = Pool.of(List.of(List.of(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})));
    double[] sum = new double[1];
    new SegmentResamples(pool, 7).forEach(20_000, (drawn, r) -> sum[0] += drawn.moments().mean());
    assertEquals(5.5, sum[0] / 20_000, 0.03);
  }

  @Test
  void tiesStayTies() {
    Pool pool = Pool.of(List.of(List.of(new double[] {2, 2}), List.of(new double[] {2})));
    assertEquals(2, pool.once().quantile(0.5));
    assertEquals(0, pool.once().moments().populationSd());
    assertEquals(2, pool.drawn(new int[] {0, 2}).quantile(0.99));
  }

  @Test
  void oneSampleIsEnough() {
    Pool pool = Pool.of(List.of(List.of(new double[] {42})));
    for (Statistic statistic : Statistic.values()) {
      assertEquals(statistic == Statistic.SD ? 0 : 42, statistic.of(pool.once()));
    }
  }

  @Test
  void refusesHoles() {
    assertThrows(IllegalArgumentException.class, () -> Pool.of(List.of()));
    assertThrows(IllegalArgumentException.class, () -> Pool.of(List.of(List.of(new double[0]))));
    assertThrows(
        IllegalArgumentException.class,
        () -> Pool.of(List.of(List.of(new double[] {1, Double.NaN}))));
  }

  private static double[] series(Random random) {
    double[] values = new double[1 + random.nextInt(150)];
    // Few distinct values: ties matter.
    Arrays.setAll(values, i -> random.nextInt(40) / 4.0 - 2);
    return values;
  }

  private static void same(double[] copies, Weighted drawn) {
    for (double p : PROBABILITIES) {
      assertEquals(Quantiles.of(copies, p), drawn.quantile(p), 1e-9);
    }
    Moments moments = Moments.of(copies);
    assertEquals(moments.weight(), drawn.moments().weight());
    assertEquals(moments.mean(), drawn.moments().mean(), 1e-9);
    assertEquals(moments.populationSd(), drawn.moments().populationSd(), 1e-9);
    assertEquals(Quantiles.of(copies, 0), drawn.min());
    assertEquals(Quantiles.of(copies, 1), drawn.max());
  }
}
