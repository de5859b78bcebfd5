package dev.shortpath.harness.metric;

/** Where a workload's samples go, one by one, in the order of their time. */
@FunctionalInterface
public interface SampleSink {
  /** Takes one sample; it is stored as it is. */
  void accept(Sample sample);
}
