package dev.shortpath.harness.statistics;

import java.util.Arrays;

/**
 * A straight line through points by ordinary least squares. Slope and intercept are sums of the
 * points' values, each times a weight that depends on the places alone, so that they can be taken
 * of every resample.
 *
 * @param slope the weight of each point in the slope
 * @param intercept the weight of each point in the value at 0
 */
public record LeastSquares(double[] slope, double[] intercept) {

  /**
   * The line over these places.
   *
   * @param x at least two that differ
   */
  public static LeastSquares over(double[] x) {
    Moments moments = Moments.of(x);
    if (!(moments.squares() > 0)) {
      throw new IllegalArgumentException("a line needs two places that differ");
    }
    double[] slope =
        Arrays.stream(x).map(at -> (at - moments.mean()) / moments.squares()).toArray();
    double[] intercept =
        Arrays.stream(slope).map(weight -> 1.0 / x.length - weight * moments.mean()).toArray();
    return new LeastSquares(slope, intercept);
  }

  /**
   * The weight of each point in the distance of one of them, which is at {@code x}, from the line.
   */
  public double[] residual(int point, double x) {
    double[] weights = new double[slope.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (i == point ? 1 : 0) - intercept[i] - x * slope[i];
    }
    return weights;
  }

  /** The sum of {@code y}, each times its weight. */
  public static double sum(double[] weights, double[] y) {
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i] * y[i];
    }
    return sum;
  }
}
