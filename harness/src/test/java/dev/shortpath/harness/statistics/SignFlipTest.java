package dev.shortpath.harness.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SignFlipTest {
  /** Darwin's maize, crossed less self-fertilised, in eighths of an inch. */
  private static final double[] DARWIN = {
    49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48
  };

  /** Fisher, The Design of Experiments, section 21: 863 of 32768 assignments in each tail. */
  @Test
  void agreesWithFisher() {
    assertEquals(2 * 863 / 32768.0, SignFlip.pValue(DARWIN, 1), 1e-15);
  }

  /** scipy.stats.permutation_test(permutation_type="samples"), SciPy 1.17, all assignments. */
  @Test
  void agreesWithScipy() {
    assertEquals(SCIPY, SignFlip.pValue(new double[] {0.1, -0.3, 0.25, 0.4, 0.15, 0.2}, 1), 1e-12);
  }

  private static final double SCIPY = 0.25;

  @Test
  void bottomIsTwoOverTwoToTheBlocks() {
    assertEquals(2 / 64.0, SignFlip.pValue(new double[] {1, 2, 3, 4, 5, 6}, 1));
    assertEquals(1, SignFlip.pValue(new double[] {3}, 1));
    assertEquals(1, SignFlip.pValue(new double[] {0, 0}, 1));
  }

  @Test
  void signAndScaleDoNotMatter() {
    double p = SignFlip.pValue(DARWIN, 1);
    assertEquals(p, SignFlip.pValue(Arrays.stream(DARWIN).map(x -> -x).toArray(), 1));
    assertEquals(p, SignFlip.pValue(Arrays.stream(DARWIN).map(x -> x * 0.1).toArray(), 1));
  }

  @Test
  void manyBlocksAreDrawnAndComeClose() {
    double[] padded = Arrays.copyOf(DARWIN, 20);
    // Zeros change nothing in the exact test.
    assertEquals(2 * 863 / 32768.0, SignFlip.pValue(padded, 1), 0.006);
    assertEquals(SignFlip.pValue(padded, 1), SignFlip.pValue(padded, 1));
    assertTrue(SignFlip.pValue(padded, 1) > 0);
  }

  @Test
  void refusesNaNAndNothing() {
    assertThrows(
        IllegalArgumentException.class, () -> SignFlip.pValue(new double[] {Double.NaN}, 1));
    assertThrows(IllegalArgumentException.class, () -> SignFlip.pValue(new double[0], 1));
  }
}
