package dev.shortpath.harness.statistics;

/** Values of which each counts a whole number of times: what a resample is. */
public interface Weighted {
  /** The type-7 quantile, as if every value stood there as often as it counts. */
  double quantile(double p);

  /** Weight, mean and spread. */
  Moments moments();

  /** The smallest value that counts. */
  double min();

  /** The largest value that counts. */
  double max();
}
