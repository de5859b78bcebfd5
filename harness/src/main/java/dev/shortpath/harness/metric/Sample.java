package dev.shortpath.harness.metric;

/**
 * One number with a time.
 *
 * @param metric name of its metric
 * @param timeNanos {@code CLOCK_MONOTONIC} of the measuring host at which it was taken (for a
 *     latency: when the message was sent)
 * @param value in the metric's unit
 */
public record Sample(String metric, long timeNanos, double value) {}
