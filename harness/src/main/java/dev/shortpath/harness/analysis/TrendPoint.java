package dev.shortpath.harness.analysis;

/**
 * A figure at one level of a factor.
 *
 * @param level as a number
 * @param treatment id of the treatment
 * @param value the statistic there
 */
public record TrendPoint(double level, String treatment, Estimate value) {}
