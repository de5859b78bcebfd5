package dev.shortpath.harness.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CliffsDeltaTest {
  /** The example of cliff.delta in the R package effsize 0.8: -0.25. */
  @Test
  void agreesWithEffsize() {
    double[] treatment = {10, 10, 20, 20, 20, 30, 30, 30, 40, 50};
    double[] control = {10, 20, 30, 40, 40, 50};
    assertEquals(-0.25, CliffsDelta.ofSorted(treatment, control), 1e-15);
  }

  @Test
  void agreesWithItsDefinition() {
    Random random = new Random(4);
    for (int round = 0; round < 200; round++) {
      double[] a = random.ints(1 + random.nextInt(30), 0, 12).asDoubleStream().sorted().toArray();
      double[] b = random.ints(1 + random.nextInt(30), 2, 14).asDoubleStream().sorted().toArray();
      double sum = 0;
      for (double x : a) {
        for (double y : b) {
          sum += Math.signum(x - y);
        }
      }
      assertEquals(sum / a.length / b.length, CliffsDelta.ofSorted(a, b), 1e-12);
      assertEquals(-CliffsDelta.ofSorted(a, b), CliffsDelta.ofSorted(b, a), 1e-12);
    }
  }

  @Test
  void largeGroupsDoNotOverflow() {
    double[] low = new double[100_000];
    double[] high = new double[100_000];
    Arrays.fill(high, 1);
    assertEquals(-1, CliffsDelta.ofSorted(low, high));
    assertEquals(0, CliffsDelta.ofSorted(low, low));
  }

  @Test
  void refusesNothing() {
    assertThrows(
        IllegalArgumentException.class,
        () -> CliffsDelta.ofSorted(new double[0], new double[] {1}));
  }
}
