package dev.shortpath.harness.testbed;

/** A change to a scene: a Service added, an endpoint replaced. */
@FunctionalInterface
public interface Action {
  /**
   * Makes the change and returns when the kernel has it.
   *
   * @return when it began and ended, {@code CLOCK_MONOTONIC} nanoseconds
   * @throws TestbedException when it did not take; the scene is as it was before
   */
  Span perform() throws TestbedException, InterruptedException;

  /**
   * From a beginning to an end.
   *
   * @param startNanos just before the first step
   * @param endNanos just after the last
   */
  record Span(long startNanos, long endNanos) {}
}
