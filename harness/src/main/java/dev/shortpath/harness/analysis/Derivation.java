package dev.shortpath.harness.analysis;

import dev.shortpath.harness.metric.Metric;

/** A metric that follows from another one's samples. Listed in {@link Derivations}. */
public interface Derivation {
  /** Name of the metric that it yields. */
  String name();

  /** Name of the metric that it starts from. */
  String from();

  /** What it yields, in the unit of {@code source}. */
  Metric metric(Metric source);

  /**
   * The derived values of one trial.
   *
   * @param values in the order of time
   * @return no more values than these; the last belongs to the last one's time, and so on backwards
   */
  double[] derive(double[] values);
}
