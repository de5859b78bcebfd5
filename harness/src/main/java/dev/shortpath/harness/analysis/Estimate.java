package dev.shortpath.harness.analysis;

/**
 * A figure with its interval.
 *
 * @param value the point estimate, from all samples
 * @param interval null where the data allow none (a single block, say)
 */
public record Estimate(double value, Interval interval) {}
