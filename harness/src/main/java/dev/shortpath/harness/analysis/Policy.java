package dev.shortpath.harness.analysis;

/**
 * How figures are computed from samples; part of the analysis, so that it can be repeated.
 *
 * @param trim {@code none} or {@code pooled-p99}: drop samples above the 99th percentile of all
 *     groups pooled (the eZtunnel authors' policy)
 * @param resamples of the bootstrap
 * @param level of the intervals
 * @param seed of the bootstrap
 */
public record Policy(String trim, int resamples, double level, long seed) {
  /** Nothing is dropped; 2000 resamples; 95 %. */
  public static final Policy DEFAULT = new Policy("none", 2000, 0.95, 20241);
}
