package dev.shortpath.harness.metric;

/** Which direction of a metric is better. */
public enum Better {
  LOWER,
  HIGHER,
  NEITHER
}
