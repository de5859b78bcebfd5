package dev.shortpath.harness.analysis;

import dev.shortpath.harness.experiment.Claim;
import dev.shortpath.harness.experiment.Direction;
import dev.shortpath.harness.experiment.Experiment;
import dev.shortpath.harness.experiment.Factor;
import dev.shortpath.harness.experiment.Profile;
import dev.shortpath.harness.experiment.Published;
import dev.shortpath.harness.experiment.Treatment;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Runs on disk with latencies whose truth is known: mesh × shortcut, replica 2 of none/off. */
final class Runs {
  static final WorkloadSpec WORKLOAD = new WorkloadSpec("ping-echo", Map.of());
  static final Metric LATENCY = new Metric("latency", "ns", Better.LOWER, "Round trip.", "here");
  static final Metric CPU = new Metric("cpu", "s", Better.LOWER, "CPU time.", "here");

  private final Random random = new Random(42);
  private final List<Trial> plan = new ArrayList<>();
  private final Path path;
  private final RunDirectory run;

  private String pathTaken;

  private Runs(Path path, int blocks, String origin, List<Claim> claims) throws IOException {
    this.path = path;
    for (int block = 1; block <= blocks; block++) {
      for (String mesh : List.of("none", "ambient")) {
        for (String shortcut : List.of("sockmap", "off")) {
          plan(block, mesh, shortcut, 1);
        }
      }
      plan(block, "none", "off", 2);
    }
    run = RunDirectory.create(path, record(origin, claims));
  }

  private void plan(int block, String mesh, String shortcut, int replica) {
    plan.add(new Trial(plan.size() + 1, block, treatment(mesh, shortcut), replica));
  }

  static Treatment treatment(String mesh, String shortcut) {
    Map<String, String> levels = new LinkedHashMap<>();
    levels.put("mesh", mesh);
    levels.put("shortcut", shortcut);
    return new Treatment(levels);
  }

  private RunRecord record(String origin, List<Claim> claims) {
    Experiment experiment =
        new Experiment(
            "made-up",
            "made up",
            "made up",
            "pods",
            Map.of(),
            List.of(
                new Factor("mesh", List.of("none", "ambient")),
                new Factor("shortcut", List.of("off", "sockmap"))),
            Map.of("ping-echo", WORKLOAD),
            List.of(Map.of("mesh", "none", "shortcut", "off")),
            claims,
            Map.of("quick", new Profile(1, Map.of(), Map.of())));
    return new RunRecord(
        RunRecord.SCHEMA,
        "abc123",
        origin,
        experiment,
        "quick",
        "netns",
        1,
        plan,
        List.of(LATENCY, CPU),
        List.of("run"),
        "2024-01-01T00:00:00Z",
        "test",
        Map.of(),
        Map.of());
  }

  /** A run without trials yet. */
  static Runs plan(Path path, int blocks, String origin, Claim... claims) throws IOException {
    return new Runs(path, blocks, origin, List.of(claims));
  }

  /** A whole run in which the shortcut takes 20 % off. */
  static RunDirectory whole(Path path, int blocks, Claim... claims) throws IOException {
    Runs runs = plan(path, blocks, "measured", claims);
    for (Trial trial : runs.plan) {
      runs.done(trial.number(), true);
    }
    return runs.run;
  }

  /** A claim about the shortcut, in each mesh. */
  static Claim claim(String id, Direction direction, Double ratio) {
    return new Claim(
        id,
        "a paper, Table 1",
        "Redirecting changes latency.",
        "latency",
        "p50",
        null,
        Map.of("shortcut", "off"),
        Map.of("shortcut", "sockmap"),
        direction,
        ratio == null ? null : new Published(null, null, ratio, "us"));
  }

  /** What every later trial's counters prove, whatever its treatment; null: nobody says. */
  Runs onThePath(String taken) {
    pathTaken = taken;
    return this;
  }

  RunDirectory directory() {
    return run;
  }

  Path path() {
    return path;
  }

  List<Trial> plan() {
    return plan;
  }

  void done(int number, boolean attested) throws IOException {
    Trial trial = plan.get(number - 1);
    boolean redirected = trial.treatment().level("shortcut", "").equals("sockmap");
    double level = 100_000 * (1 + 0.1 * trial.block()) * (redirected ? 0.8 : 1);
    double[] values = new double[50];
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.rint(level * Math.exp(0.02 * random.nextGaussian()));
    }
    write(number, values, TrialState.DONE, null, attested, Map.of("cpu", level / 1e6));
  }

  void failed(int number, String failure) throws IOException {
    write(number, new double[0], TrialState.FAILED, failure, false, Map.of());
  }

  void write(
      int number,
      double[] values,
      TrialState state,
      String failure,
      boolean attested,
      Map<String, Double> cost)
      throws IOException {
    Trial trial = plan.get(number - 1);
    int attempt = run.failures(number) + 1;
    try (TrialWriter writer = run.begin(trial, attempt)) {
      for (int i = 0; i < values.length; i++) {
        writer.accept(new Sample("latency", i * 1000L, values[i]));
      }
      Attestation attestation =
          state == TrialState.FAILED
              ? null
              : new Attestation(
                  attested, attested ? "all counted" : "0 of 50 redirected", List.of(), pathTaken);
      writer.commit(
          new TrialRecord(
              TrialRecord.SCHEMA,
              trial,
              attempt,
              state,
              failure,
              WORKLOAD,
              "2024-01-01T00:00:00Z",
              0,
              0,
              0,
              0,
              null,
              attestation,
              Map.of(),
              Map.of(),
              cost,
              values.length,
              List.of()));
    }
  }
}
