package dev.shortpath.harness.statistics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockResamplesTest {
  /** C(2B-1, B) distinct resamples: 3, 10, 35, 126, 462, 1716. */
  @ParameterizedTest
  @CsvSource({"1, 1", "2, 3", "3, 10", "4, 35", "5, 126", "6, 462", "7, 1716", "8, 2000"})
  void enumeratesAsLongAsItIsCheaper(int blocks, int expected) {
    BlockResamples resamples = BlockResamples.of(blocks, 2000, 1);
    assertEquals(expected, resamples.counts().length);
    assertEquals(1, Arrays.stream(resamples.probabilities()).sum(), 1e-12);
    for (int[] counts : resamples.counts()) {
      assertEquals(blocks, Arrays.stream(counts).sum());
    }
  }

  /** A multinomial count has mean 1 and variance 1 - 1/B. */
  @ParameterizedTest
  @CsvSource({"2, 1e-12", "6, 1e-12", "12, 0.08"})
  void countsAreMultinomial(int blocks, double tolerance) {
    BlockResamples resamples = BlockResamples.of(blocks, 2000, 5);
    double mean = 0;
    double square = 0;
    for (int r = 0; r < resamples.counts().length; r++) {
      int count = resamples.counts()[r][0];
      mean += resamples.probabilities()[r] * count;
      square += resamples.probabilities()[r] * count * count;
    }
    assertEquals(1, mean, tolerance);
    assertEquals(1 - 1.0 / blocks, square - mean * mean, tolerance);
  }

  /** XoRoShiRo128++ is specified, so that every JVM draws what this one drew. */
  @Test
  void drawsAreTheSameEverywhere() {
    int[][] counts = BlockResamples.of(9, 10, 20241).counts();
    assertArrayEquals(counts, BlockResamples.of(9, 10, 20241).counts());
    assertArrayEquals(PINNED, counts[0]);
  }

  private static final int[] PINNED = {2, 1, 0, 0, 2, 0, 1, 1, 2};

  @Test
  void refusesNothing() {
    assertThrows(IllegalArgumentException.class, () -> BlockResamples.of(0, 10, 1));
    assertThrows(IllegalArgumentException.class, () -> BlockResamples.of(2, 0, 1));
  }
}
