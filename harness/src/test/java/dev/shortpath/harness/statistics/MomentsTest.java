package dev.shortpath.harness.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MomentsTest {
  /**
   * NIST Statistical Reference Datasets, univariate: NumAcc2, NumAcc3 and NumAcc4, a first value
   * and then 500 times that value less and plus 0.1; certified sample standard deviation 0.1.
   */
  @ParameterizedTest
  @CsvSource({"1.2, 1e-13", "1000000.2, 1e-8", "10000000.2, 2e-8"})
  void agreesWithNistsCertifiedValues(double mean, double tolerance) {
    double[] values = new double[1001];
    Arrays.setAll(values, i -> i == 0 ? mean : i % 2 == 1 ? mean - 0.1 : mean + 0.1);
    Moments moments = Moments.of(values);
    assertEquals(mean, moments.mean(), tolerance);
    assertEquals(0.1, moments.sampleSd(), tolerance);
  }

  /** NIST NumAcc1: mean 10000002, standard deviation 1. */
  @Test
  void agreesOnLargeNumbers() {
    Moments moments = Moments.of(new double[] {10000001, 10000003, 10000002});
    assertEquals(10000002, moments.mean());
    assertEquals(1, moments.sampleSd());
    assertEquals(Math.sqrt(2.0 / 3), moments.populationSd(), 1e-15);
  }

  @Test
  void partsGiveTheWhole() {
    Moments a = Moments.of(new double[] {1, 4, 9});
    Moments b = Moments.of(new double[] {2, 7});
    Moments whole = Moments.of(new double[] {1, 4, 9, 2, 7, 2, 7});
    Moments together = Moments.NONE.plus(a, 1).plus(b, 2).plus(b, 0);
    assertEquals(whole.weight(), together.weight());
    assertEquals(whole.mean(), together.mean(), 1e-14);
    assertEquals(whole.squares(), together.squares(), 1e-12);
  }

  @Test
  void oneValueHasNoSpread() {
    assertEquals(0, Moments.of(new double[] {3}).populationSd());
    assertEquals(0, Moments.of(new double[] {3}).sampleSd());
    assertEquals(0, Moments.NONE.populationSd());
  }

  @Test
  void refusesNaN() {
    assertThrows(IllegalArgumentException.class, () -> Moments.of(new double[] {Double.NaN}));
  }
}
