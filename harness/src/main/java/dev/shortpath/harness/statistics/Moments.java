package dev.shortpath.harness.statistics;

/**
 * Mean and spread that can be put together from parts (Chan, Golub and LeVeque, Algorithms for
 * Computing the Sample Variance, 1983).
 *
 * @param weight how many values
 * @param mean their mean; 0 without values
 * @param squares sum of squared departures from the mean
 */
public record Moments(double weight, double mean, double squares) {
  /** Of no value. */
  public static final Moments NONE = new Moments(0, 0, 0);

  /** Of all {@code values}, in passes that keep rounding out of the mean. */
  public static Moments of(double[] values) {
    Finite.check(values);
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    double mean = values.length == 0 ? 0 : sum / values.length;
    double rest = 0;
    for (double value : values) {
      rest += value - mean;
    }
    mean += values.length == 0 ? 0 : rest / values.length;
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return new Moments(values.length, mean, squares);
  }

  /** Of these values and {@code times} copies of {@code other}'s together. */
  public Moments plus(Moments other, int times) {
    double added = other.weight * times;
    if (added == 0) {
      return this;
    }
    double total = weight + added;
    double delta = other.mean - mean;
    return new Moments(
        total,
        mean + delta * added / total,
        squares + other.squares * times + delta * delta * weight * added / total);
  }

  /** The population standard deviation: divided by n, as NumPy's {@code std(ddof=0)}. */
  public double populationSd() {
    return weight == 0 ? 0 : Math.sqrt(squares / weight);
  }

  /** The sample standard deviation: divided by n - 1; 0 of fewer than two values. */
  public double sampleSd() {
    return weight < 2 ? 0 : Math.sqrt(squares / (weight - 1));
  }
}
