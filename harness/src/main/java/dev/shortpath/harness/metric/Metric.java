package dev.shortpath.harness.metric;

import dev.shortpath.harness.experiment.Names;

/**
 * What a number means.
 *
 * @param name for example {@code latency}
 * @param unit {@code ns}, {@code s}, {@code bytes}, {@code bit/s}, {@code 1} …
 * @param better which direction is better
 * @param definition one sentence that a reader of the report can check
 * @param source where the definition comes from: paper and section, RFC, kernel file
 * @param nonNegative whether a negative value tells of damage; false for a difference of two
 *     clocks, which may be set, and in runs that do not say
 */
public record Metric(
    String name,
    String unit,
    Better better,
    String definition,
    String source,
    boolean nonNegative) {
  public Metric {
    Names.check("metric", name);
  }

  /** A metric whose values are never negative. */
  public Metric(String name, String unit, Better better, String definition, String source) {
    this(name, unit, better, definition, source, true);
  }
}
