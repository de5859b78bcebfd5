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
 */
public record Metric(String name, String unit, Better better, String definition, String source) {
  public Metric {
    Names.check("metric", name);
  }
}
