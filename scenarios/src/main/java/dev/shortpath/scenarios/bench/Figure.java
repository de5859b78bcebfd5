package dev.shortpath.scenarios.bench;

/**
 * A figure that Shortpath is held to.
 *
 * @param figure its name
 * @param value what is judged, in {@code unit}
 * @param reference what it is held against, measured side by side in the same run, in {@code unit}
 * @param ratio value / reference; where rounds alternate, the median of the rounds' ratios
 * @param unit of value and reference
 * @param goal what the ratio should be, for example {@code <= 0.60}
 */
record Figure(
    String figure, double value, double reference, double ratio, String unit, String goal) {}
