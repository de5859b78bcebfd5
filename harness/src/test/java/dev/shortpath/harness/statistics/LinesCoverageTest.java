package dev.shortpath.harness.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Lines, and figures over single samples, of simulated runs whose truth is known. Of 300 runs at a
 * true coverage of 95 %, the share seen lies within 92.5 and 97.5 % in 95 of 100 cases; the seeds
 * are fixed. Medians of few blocks cover a little more: the interval is on the long side there.
 */
@Timeout(120)
class LinesCoverageTest {
  private static final int RUNS = 300;
  private static final double[] LEVELS = {1, 5000, 10000};
  private static final double SLOPE = 0.005;

  @Test
  void weightsAreThoseOfLeastSquares() {
    // By hand: Sxx = 10, Sxy = 6, means 3 and 3.5.
    LeastSquares line = LeastSquares.over(new double[] {1, 2, 4, 5});
    double[] y = {2, 3, 5, 4};
    assertEquals(0.6, LeastSquares.sum(line.slope(), y), 1e-12);
    assertEquals(1.7, LeastSquares.sum(line.intercept(), y), 1e-12);
    assertThrows(IllegalArgumentException.class, () -> LeastSquares.over(new double[] {3, 3}));
    assertThrows(IllegalArgumentException.class, () -> LeastSquares.over(new double[] {3}));
  }

  /** Any line is recovered exactly, wherever its points are. */
  @Test
  void everyLineIsRecovered() {
    Random random = new Random(1);
    for (int round = 0; round < 200; round++) {
      double[] x = random.doubles(2 + random.nextInt(10), -1e4, 1e4).toArray();
      double a = random.nextGaussian() * 1e5;
      double b = random.nextGaussian();
      double[] y = java.util.Arrays.stream(x).map(at -> a + b * at).toArray();
      LeastSquares line = LeastSquares.over(x);
      assertEquals(b, LeastSquares.sum(line.slope(), y), 1e-6 * (1 + Math.abs(b)) + 1e-4);
      assertEquals(a, LeastSquares.sum(line.intercept(), y), 1e-6 * Math.abs(a) + 1e-2);
    }
  }

  /** Blocks that drift, trials that differ within them, samples that differ within trials. */
  @ParameterizedTest
  @CsvSource({
    "3, 40, 20, 6, P50",
    "5, 40, 20, 6, P50",
    "6, 40, 20, 6, MEAN",
    "10, 40, 6, 12, P99",
    "10, 1, 20, 6, MEAN",
    "30, 1, 20, 6, P50"
  })
  void theSlopesIntervalCoversTheTruth(
      int blocks, int samples, double drift, double spread, Statistic statistic) {
    within(
        "slope of " + statistic.key(),
        blocks,
        slopesCovered(blocks, samples, drift, spread, statistic),
        0.91,
        0.997);
  }

  /**
   * A known shortfall, see the package's description: the P99 of blocks that drift by more than the
   * samples' spread rests on the slowest of them. About 90 % cover at 10 blocks (1500 runs).
   */
  @Test
  void theSlopeOfATailThatOneBlockDecidesIsCoveredLess() {
    int covered = slopesCovered(10, 40, 20, 6, Statistic.P99);
    within("slope of p99 decided by the slowest block", 10, covered, 0.85, 0.94);
  }

  private static int slopesCovered(
      int blocks, int samples, double drift, double spread, Statistic statistic) {
    Random random = new Random(31 + blocks);
    LeastSquares line = LeastSquares.over(LEVELS);
    int covered = 0;
    for (int run = 0; run < RUNS; run++) {
      List<List<List<double[]>>> levels = new ArrayList<>();
      for (int i = 0; i < LEVELS.length; i++) {
        levels.add(new ArrayList<>());
      }
      for (int b = 0; b < blocks; b++) {
        double block = drift * random.nextGaussian();
        for (int i = 0; i < LEVELS.length; i++) {
          double trial = 100 + SLOPE * LEVELS[i] + block + 4 * random.nextGaussian();
          double[] values = new double[samples];
          for (int s = 0; s < samples; s++) {
            values[s] = trial + spread * random.nextGaussian();
          }
          levels.get(i).add(List.of(values));
        }
      }
      Resampler resampler = new Resampler(300, run);
      List<Replicates> figures = new ArrayList<>();
      double[] y = new double[LEVELS.length];
      for (int i = 0; i < LEVELS.length; i++) {
        Pool pool = Pool.of(levels.get(i));
        y[i] = statistic.of(pool.once());
        figures.add(resampler.resample(pool, i, Set.of(statistic)).get(statistic));
      }
      Bounds bounds =
          Intervals.of(
                  LeastSquares.sum(line.slope(), y), Replicates.sum(figures, line.slope()), 0.95)
              .orElseThrow();
      covered += bounds.low() <= SLOPE && SLOPE <= bounds.high() ? 1 : 0;
    }
    return covered;
  }

  /** One value a trial: the mean, the median and the spread over trials. */
  @ParameterizedTest
  @CsvSource({
    "5, MEAN",
    "10, MEAN",
    "100, MEAN",
    "10, P50",
    "100, P50",
    "10, SD",
    "30, SD",
    "100, SD"
  })
  void ratiosOfFiguresOverTrialsCoverTheTruth(int blocks, Statistic statistic) {
    Random random = new Random(7 + blocks);
    double truth = statistic == Statistic.SD ? 0.5 : 0.8;
    int covered = 0;
    for (int run = 0; run < RUNS; run++) {
      List<List<double[]>> baseline = new ArrayList<>();
      List<List<double[]>> treatment = new ArrayList<>();
      for (int b = 0; b < blocks; b++) {
        baseline.add(List.of(new double[] {1000 + 50 * random.nextGaussian()}));
        treatment.add(
            List.of(
                new double[] {
                  (statistic == Statistic.SD ? 1000 : 800)
                      + (statistic == Statistic.SD ? 25 : 40) * random.nextGaussian()
                }));
      }
      Pool b = Pool.of(baseline);
      Pool t = Pool.of(treatment);
      Resampler resampler = new Resampler(300, run);
      Replicates logs =
          resampler
              .resample(t, 2, Set.of(statistic))
              .get(statistic)
              .with(
                  resampler.resample(b, 1, Set.of(statistic)).get(statistic),
                  (x, y) -> Math.log(x / y));
      double point = Math.log(statistic.of(t.once()) / statistic.of(b.once()));
      Bounds bounds = Intervals.of(point, logs, 0.95).orElseThrow().exp();
      covered += bounds.low() <= truth && truth <= bounds.high() ? 1 : 0;
    }
    within("ratio of " + statistic.key() + " over single samples", blocks, covered, 0.88, 0.99);
  }

  /** Fisher's F: 0.82 to 1.22 of two samples of 100; simulation agrees with theory. */
  @Test
  void chanceAloneGivesTheseRatiosOfSpread() {
    Bounds hundred = SpreadRatio.chance(100, 0.95);
    assertEquals(0.82, hundred.low(), 0.005);
    assertEquals(1.22, hundred.high(), 0.005);
    assertEquals(1, hundred.low() * hundred.high(), 1e-9);
    for (int n : new int[] {2, 5, 100}) {
      Bounds band = SpreadRatio.chance(n, 0.95);
      Random random = new Random(n);
      int inside = 0;
      for (int run = 0; run < 4000; run++) {
        double one = sd(n, random);
        double ratio = one / sd(n, random);
        inside += band.low() <= ratio && ratio <= band.high() ? 1 : 0;
      }
      // 4000 runs at 95 %: an SD of 0.34 %.
      assertEquals(0.95, inside / 4000.0, 0.014, "n = " + n);
    }
    assertThrows(IllegalArgumentException.class, () -> SpreadRatio.chance(1, 0.95));
    assertThrows(IllegalArgumentException.class, () -> SpreadRatio.chance(10, 1));
  }

  private static double sd(int n, Random random) {
    return Moments.of(random.doubles(n).map(x -> random.nextGaussian()).toArray()).sampleSd();
  }

  private static void within(String what, int blocks, int covered, double low, double high) {
    double share = (double) covered / RUNS;
    System.out.printf(
        Locale.ROOT, "coverage of 95 %% intervals, %s, %d blocks: %.3f%n", what, blocks, share);
    assertTrue(share >= low && share <= high, "covered in " + share);
  }
}
