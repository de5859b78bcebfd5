package dev.shortpath.harness.analysis;

import dev.shortpath.harness.experiment.Claim;
import dev.shortpath.harness.experiment.Experiment;
import dev.shortpath.harness.experiment.Factor;
import dev.shortpath.harness.experiment.Plan;
import dev.shortpath.harness.experiment.Profile;
import dev.shortpath.harness.experiment.Trend;
import dev.shortpath.harness.experiment.Trial;
import dev.shortpath.harness.experiment.WorkloadSpec;
import dev.shortpath.harness.metric.Better;
import dev.shortpath.harness.metric.Metric;
import dev.shortpath.harness.metric.Sample;
import dev.shortpath.harness.store.RunDirectory;
import dev.shortpath.harness.store.RunRecord;
import dev.shortpath.harness.store.TrialRecord;
import dev.shortpath.harness.store.TrialState;
import dev.shortpath.harness.store.TrialWriter;
import dev.shortpath.harness.testbed.Attestation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Runs on disk of two planes over a numeric factor, whose truth the test gives. */
final class ScalingRuns {
  static final Metric CONNECT = new Metric("connect", "ns", Better.LOWER, "Connect.", "here");

  private static final WorkloadSpec WORKLOAD = new WorkloadSpec("w", Map.of());

  private ScalingRuns() {}

  /** Planes {@code a} and {@code b} at 1, 1000 and 2000, in both families. */
  static List<Factor> factors() {
    return List.of(
        new Factor("plane", List.of("a", "b")),
        new Factor("services", List.of("1", "1000", "2000")),
        new Factor("ip-family", List.of("ipv4", "ipv6")));
  }

  /**
   * A run.
   *
   * @param exclude as in an experiment
   * @param values of each trial; an empty array makes the trial fail
   */
  static RunDirectory write(
      Path path,
      int blocks,
      List<Factor> factors,
      List<Map<String, List<String>>> exclude,
      List<Claim> claims,
      List<Trend> trends,
      Function<Trial, double[]> values)
      throws IOException {
    Experiment experiment =
        new Experiment(
            "scaling",
            "made up",
            "",
            "pods",
            Map.of(),
            factors,
            Map.of("w", WORKLOAD),
            List.of(),
            claims,
            Map.of("quick", new Profile(blocks, Map.of(), Map.of())),
            List.of("services"),
            exclude,
            trends);
    RunDirectory run =
        RunDirectory.create(
            path,
            new RunRecord(
                RunRecord.SCHEMA,
                "abc123",
                RunRecord.MEASURED,
                experiment,
                "quick",
                "netns",
                1,
                Plan.trials(experiment, blocks, 1),
                List.of(CONNECT),
                List.of("run"),
                "2026-01-01T00:00:00Z",
                "test",
                Map.of(),
                Map.of()));
    for (Trial trial : run.run().plan()) {
      trial(run, trial, values.apply(trial));
    }
    return RunDirectory.open(path);
  }

  static double services(Trial trial) {
    return Double.parseDouble(trial.treatment().level("services", ""));
  }

  private static void trial(RunDirectory run, Trial trial, double[] values) throws IOException {
    boolean done = values.length > 0;
    try (TrialWriter writer = run.begin(trial, 1)) {
      for (int i = 0; i < values.length; i++) {
        writer.accept(new Sample("connect", i, values[i]));
      }
      writer.commit(
          new TrialRecord(
              TrialRecord.SCHEMA,
              trial,
              1,
              done ? TrialState.DONE : TrialState.FAILED,
              done ? null : "the receiver died",
              WORKLOAD,
              "2026-01-01T00:00:00Z",
              0,
              0,
              0,
              0,
              null,
              done ? new Attestation(true, "counted", List.of()) : null,
              Map.of(),
              Map.of(),
              Map.of(),
              values.length,
              List.of()));
    }
  }
}
