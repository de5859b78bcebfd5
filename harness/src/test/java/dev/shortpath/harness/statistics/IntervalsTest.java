package dev.shortpath.harness.statistics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class IntervalsTest {
  /** Student's sleep data (R: datasets::sleep), second drug less first. */
  private static final double[] SLEEP = {1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4};

  private static final Set<Statistic> ALL = EnumSet.allOf(Statistic.class);

  /**
   * With one sample a block, the interval of the mean is Student's: R {@code t.test(extra ~ group,
   * data = sleep, paired = TRUE)} gives 0.7001142 to 2.4598858 (sign turned).
   */
  @Test
  void ofSingleSamplesItIsStudents() {
    List<List<double[]>> blocks = new ArrayList<>();
    for (double difference : SLEEP) {
      blocks.add(List.of(new double[] {difference}));
    }
    Pool pool = Pool.of(blocks);
    // 92378 distinct resamples: all of them, so that no chance is in it.
    Replicates mean =
        new Resampler(100_000, 1).resample(pool, 1, Set.of(Statistic.MEAN)).get(Statistic.MEAN);
    assertEquals(92378, mean.byBlock().length);
    Bounds bounds = Intervals.of(1.58, mean, 0.95).orElseThrow();
    assertEquals(0.7001142, bounds.low(), 5e-8);
    assertEquals(2.4598858, bounds.high(), 5e-8);
    // And with the default's 2000 draws, nearly so.
    Bounds drawn =
        Intervals.of(
                1.58,
                new Resampler(2000, 1)
                    .resample(pool, 1, Set.of(Statistic.MEAN))
                    .get(Statistic.MEAN),
                0.95)
            .orElseThrow();
    assertEquals(0.70, drawn.low(), 0.04);
  }

  @Test
  void twoBlocksAreFewAndTheIntervalSaysSo() {
    Pool pool = Pool.of(List.of(List.of(new double[] {1}), List.of(new double[] {2})));
    Replicates mean =
        new Resampler(2000, 1).resample(pool, 1, Set.of(Statistic.MEAN)).get(Statistic.MEAN);
    Bounds bounds = Intervals.of(1.5, mean, 0.95).orElseThrow();
    // t(0.975; 1) = 12.7062, standard error 0.5.
    assertEquals(1.5 - 12.7062047 * 0.5, bounds.low(), 1e-6);
  }

  @Test
  void theFloorHoldsWhenBlocksAgreeByLuck() {
    List<List<double[]>> blocks = new ArrayList<>();
    for (int b = 0; b < 4; b++) {
      blocks.add(List.of(new double[] {9, 11, 10, 8, 12, 10, 9, 11, 8, 12}));
    }
    Replicates mean =
        new Resampler(2000, 1)
            .resample(Pool.of(blocks), 1, Set.of(Statistic.MEAN))
            .get(Statistic.MEAN);
    assertTrue(Intervals.standardError(mean) > 0.1);
  }

  @Test
  void whatCannotBeToldIsNotTold() {
    Pool pool = Pool.of(List.of(List.of(new double[] {1, 2, 3})));
    Replicates few =
        new Resampler(2000, 1).resample(pool, 1, Set.of(Statistic.MEAN)).get(Statistic.MEAN);
    assertEquals(Optional.empty(), Intervals.of(2, few, 0.95));
    Replicates broken =
        new Replicates(2, new double[] {1, Double.NaN}, new double[2], new double[0]);
    assertEquals(Optional.empty(), Intervals.of(2, broken, 0.95));
    assertThrows(IllegalArgumentException.class, () -> Intervals.of(2, few, 1));
  }

  @Test
  void extremesHaveNoReplicates() {
    Map<Statistic, Replicates> all =
        new Resampler(100, 1).resample(Pool.of(List.of(List.of(SLEEP))), 1, ALL);
    assertFalse(all.containsKey(Statistic.MIN));
    assertFalse(all.containsKey(Statistic.MAX));
  }

  @Test
  void scaleAndOrderOfTheArmsDoNotMatter() {
    Pool[] arms = new Synthetic(1).arms(5, 50, 0.7, 0.1, 0.05, 0.2, 0);
    Bounds there = ratio(arms[0], arms[1]);
    Bounds back = ratio(arms[1], arms[0]);
    assertEquals(1 / there.high(), back.low(), 1e-9);
    assertEquals(1 / there.low(), back.high(), 1e-9);
  }

  /** A change of a block that both arms share leaves the ratio of means of its own block alone. */
  @Test
  void blocksArePaired() {
    Pool[] calm = new Synthetic(6).arms(6, 50, 0.7, 0, 0.02, 0.1, 0);
    Pool[] drifting = new Synthetic(6).arms(6, 50, 0.7, 0.5, 0.02, 0.1, 0);
    double narrow = width(ratio(calm[0], calm[1]));
    double wide = width(ratio(drifting[0], drifting[1]));
    assertTrue(wide < 3 * narrow, wide + " against " + narrow);
  }

  @Test
  void theSameSeedGivesTheSameFigures() {
    Pool[] arms = new Synthetic(1).arms(9, 50, 0.7, 0.1, 0.05, 0.2, 0);
    Replicates one =
        new Resampler(500, 77).resample(arms[0], 5, Set.of(Statistic.P50)).get(Statistic.P50);
    Replicates two =
        new Resampler(500, 77).resample(arms[0], 5, Set.of(Statistic.P50)).get(Statistic.P50);
    assertArrayEquals(one.byBlock(), two.byBlock());
    assertArrayEquals(one.within(), two.within());
    Replicates other =
        new Resampler(500, 78).resample(arms[0], 5, Set.of(Statistic.P50)).get(Statistic.P50);
    assertFalse(java.util.Arrays.equals(one.byBlock(), other.byBlock()));
  }

  /** Eight treatments, two metrics, 6 blocks of 5000 samples: seconds on one core. */
  @Test
  @Timeout(60)
  void isFastEnough() {
    Pool[] arms = new Synthetic(1).arms(6, 5000, 0.7, 0.1, 0.05, 0.2, 0);
    Resampler resampler = new Resampler(2000, 1);
    long start = System.nanoTime();
    for (int i = 0; i < 8; i++) {
      resampler.resample(arms[0], i, ALL);
      resampler.resample(arms[1], i, ALL);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(Locale.ROOT, "resampling 16 pools of 30000 samples: %.2f s%n", seconds);
  }

  private static Bounds ratio(Pool baseline, Pool treatment) {
    Resampler resampler = new Resampler(2000, 1);
    Replicates b = resampler.resample(baseline, 1, Set.of(Statistic.MEAN)).get(Statistic.MEAN);
    Replicates t = resampler.resample(treatment, 2, Set.of(Statistic.MEAN)).get(Statistic.MEAN);
    double point =
        Math.log(Statistic.MEAN.of(treatment.once()) / Statistic.MEAN.of(baseline.once()));
    return Intervals.of(point, t.with(b, (x, y) -> Math.log(x / y)), 0.95).orElseThrow().exp();
  }

  private static double width(Bounds bounds) {
    return Math.log(bounds.high() / bounds.low());
  }

  @Test
  void eachStatisticKnowsWhatItSays() {
    assertEquals(
        Set.of(Statistic.MIN, Statistic.MAX),
        Arrays.stream(Statistic.values()).filter(Statistic::extreme).collect(Collectors.toSet()));
    assertEquals(
        Set.of(Statistic.MIN, Statistic.MAX, Statistic.SD),
        Arrays.stream(Statistic.values()).filter(s -> !s.place()).collect(Collectors.toSet()));
  }
}
