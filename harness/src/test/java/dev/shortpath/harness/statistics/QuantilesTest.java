package dev.shortpath.harness.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantilesTest {
  private static final double[] VALUES = {17, 11, 2, 3, 29, 5, 23, 7, 13, 19, 31.5};

  /** Computed by NumPy 2.4, {@code numpy.quantile(values, p, method="linear")}, which is type 7. */
  @ParameterizedTest
  @CsvSource({
    "0, 2",
    "0.01, 2.1",
    "0.25, 6",
    "0.5, 13",
    "0.6, 17",
    "0.75, 21",
    "0.9, 29",
    "0.99, 31.25",
    "1, 31.5"
  })
  void agreesWithNumpy(double p, double expected) {
    assertEquals(expected, Quantiles.of(VALUES, p), 1e-12);
  }

  /** R: {@code quantile(c(1, 2, 3, 4))} gives 1.00 1.75 2.50 3.25 4.00. */
  @ParameterizedTest
  @CsvSource({"0, 1", "0.25, 1.75", "0.5, 2.5", "0.75, 3.25", "1, 4"})
  void agreesWithR(double p, double expected) {
    assertEquals(expected, Quantiles.of(new double[] {4, 2, 3, 1}, p), 1e-12);
  }

  @Test
  void aSingleValueIsEveryQuantile() {
    assertEquals(5, Quantiles.of(new double[] {5}, 0));
    assertEquals(5, Quantiles.of(new double[] {5}, 0.3));
    assertEquals(5, Quantiles.of(new double[] {5}, 1));
  }

  @Test
  void tiesAreNoObstacle() {
    assertEquals(2, Quantiles.of(new double[] {2, 2, 2, 1, 9}, 0.5));
  }

  @Test
  void refusesWhatIsNoNumber() {
    assertThrows(
        IllegalArgumentException.class, () -> Quantiles.of(new double[] {1, Double.NaN}, 0.5));
    assertThrows(
        IllegalArgumentException.class,
        () -> Quantiles.of(new double[] {1, Double.POSITIVE_INFINITY}, 0.5));
    assertThrows(IllegalArgumentException.class, () -> Quantiles.of(new double[0], 0.5));
    assertThrows(IllegalArgumentException.class, () -> Quantiles.of(VALUES, 1.01));
    assertThrows(IllegalArgumentException.class, () -> Quantiles.of(VALUES, Double.NaN));
  }
}
