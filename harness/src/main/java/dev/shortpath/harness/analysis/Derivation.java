package dev.shortpath.harness.analysis;

import dev.shortpath.harness.metric.Metric;

/** A metric that follows from another one's samples. Listed in {@link Derivations}. */
interface Derivation {
  /** Name of the metric that it starts from. */
  String from();

  /** What it yields, in the unit of {@code source}. */
  Metric metric(Metric source);

  /** The derived values of one trial. */
  double[] derive(double[] values);
}
