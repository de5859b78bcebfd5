package dev.shortpath.harness.store;

import dev.shortpath.harness.experiment.Trial;
import dev.shortpath.harness.experiment.WorkloadSpec;
import dev.shortpath.harness.testbed.Attestation;
import dev.shortpath.harness.testbed.Traffic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code trial.json}.
 *
 * @param schema version of this document
 * @param trial as it was planned
 * @param attempt from 1; earlier attempts failed and are kept beside it
 * @param state how it ended
 * @param failure why it failed; null when it did not
 * @param workload with every parameter filled in
 * @param startedUtc ISO 8601, for people; never used in computations
 * @param startNanos CLOCK_MONOTONIC at the start of the preparation
 * @param setUpNanos from there to the start of the traffic
 * @param trafficNanos length of the traffic
 * @param tearDownNanos from the end of the traffic to the end of the trial
 * @param traffic what the workload says that it sent; null when it failed before
 * @param attestation which path the traffic took; null when the trial failed
 * @param before counters before the traffic
 * @param after counters after it
 * @param cost collectors' values by metric name
 * @param samples number of samples in {@code samples.csv.gz}
 * @param notes anything else that a reader should know
 */
public record TrialRecord(
    int schema,
    Trial trial,
    int attempt,
    TrialState state,
    String failure,
    WorkloadSpec workload,
    String startedUtc,
    long startNanos,
    long setUpNanos,
    long trafficNanos,
    long tearDownNanos,
    Traffic traffic,
    Attestation attestation,
    Map<String, Long> before,
    Map<String, Long> after,
    Map<String, Double> cost,
    long samples,
    List<String> notes) {
  /** The version that this code writes. */
  public static final int SCHEMA = 1;

  /** This record with more notes. */
  public TrialRecord withNotes(List<String> more) {
    if (more.isEmpty()) {
      return this;
    }
    List<String> all = new ArrayList<>(notes);
    all.addAll(more);
    return new TrialRecord(
        schema,
        trial,
        attempt,
        state,
        failure,
        workload,
        startedUtc,
        startNanos,
        setUpNanos,
        trafficNanos,
        tearDownNanos,
        traffic,
        attestation,
        before,
        after,
        cost,
        samples,
        all);
  }

  /** Whether its samples may be used: done, and on the path that was asked for. */
  public boolean usable() {
    return state == TrialState.DONE && attestation != null && attestation.attested();
  }
}
