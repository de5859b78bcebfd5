package dev.shortpath.harness.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.Random;
import org.apache.commons.statistics.distribution.TDistribution;
import org.junit.jupiter.api.Test;

class DetectableEffectTest {
  /** Six blocks: t(0.975; 5) + t(0.8; 5) = 2.570582 + 0.919544, SciPy 1.17 stats.t.ppf. */
  @Test
  void isBloomsMultiple() {
    double[] ratios = {0.1, -0.1, 0.1, -0.1, 0.1, -0.1};
    assertEquals(
        Math.expm1((2.570582 + 0.919544) * 0.1 / Math.sqrt(6)),
        DetectableEffect.of(ratios, true, 6, 0.95).getAsDouble(),
        1e-6);
  }

  /** An effect of that size is found in about 80 of 100 simulated runs. */
  @Test
  void isFoundInFourOfFiveRuns() {
    Random random = new Random(8);
    int blocks = 6;
    double sigma = 0.05;
    double[] many = random.doubles(20_000).map(u -> 0).toArray();
    Arrays.setAll(many, i -> sigma * random.nextGaussian());
    double effect = Math.log1p(DetectableEffect.of(many, true, blocks, 0.95).getAsDouble());
    double t = TDistribution.of(blocks - 1).inverseSurvivalProbability(0.025);
    int found = 0;
    for (int run = 0; run < 4000; run++) {
      double[] ratios = new double[blocks];
      Arrays.setAll(ratios, i -> effect + sigma * random.nextGaussian());
      Moments moments = Moments.of(ratios);
      found += moments.mean() > t * moments.sampleSd() / Math.sqrt(blocks) ? 1 : 0;
    }
    assertEquals(0.8, found / 4000.0, 0.05);
  }

  @Test
  void withoutAPairTheRunsOwnMeanIsNoNoise() {
    double[] steady = {-0.2, -0.2, -0.2};
    assertEquals(0, DetectableEffect.of(steady, false, 3, 0.95).getAsDouble(), 1e-12);
    assertTrue(DetectableEffect.of(steady, true, 3, 0.95).getAsDouble() > 0.2);
  }

  @Test
  void oneBlockShowsNothing() {
    assertEquals(OptionalDouble.empty(), DetectableEffect.of(new double[] {1}, true, 1, 0.95));
    assertEquals(OptionalDouble.empty(), DetectableEffect.of(new double[] {1}, true, 2, 0.95));
    assertThrows(
        IllegalArgumentException.class,
        () -> DetectableEffect.of(new double[] {Double.NaN, 1}, true, 2, 0.95));
  }
}
