package dev.shortpath.scenarios.bench;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A figure that Shortpath is held to.
 *
 * @param figure its name
 * @param value what is judged, in {@code unit}
 * @param reference what it is held against, measured side by side in the same run, in {@code unit}
 * @param ratio value / reference; where rounds alternate, the median of the rounds' ratios
 * @param unit of value and reference
 * @param goal what the ratio should be, for example {@code <= 0.60}
 * @param conditions under which it was measured, where its name does not tell; else null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Figure(
    String figure,
    double value,
    double reference,
    double ratio,
    String unit,
    String goal,
    String conditions) {
  /** A figure whose name tells how it was measured. */
  Figure(String figure, double value, double reference, double ratio, String unit, String goal) {
    this(figure, value, reference, ratio, unit, goal, null);
  }
}
