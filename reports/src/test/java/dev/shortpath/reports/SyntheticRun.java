package dev.shortpath.reports;

import dev.shortpath.harness.experiment.Claim;
import dev.shortpath.harness.experiment.Direction;
import dev.shortpath.harness.experiment.Experiment;
import dev.shortpath.harness.experiment.Factor;
import dev.shortpath.harness.experiment.Plan;
import dev.shortpath.harness.experiment.Profile;
import dev.shortpath.harness.experiment.Published;
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
import dev.shortpath.harness.testbed.Hop;
import dev.shortpath.harness.testbed.Traffic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** Run directories of made-up samples from a seeded generator. */
final class SyntheticRun {
  String title = "Does the shortcut make a mesh faster?";
  String origin = "measured";
  String note = "";
  int blocks = 6;
  int samples = 400;
  boolean claims = true;
  Set<Integer> unattested = Set.of();
  Set<Integer> failing = Set.of();
  Set<Integer> untried = Set.of();
  Set<Integer> lost = Set.of();
  Set<Integer> still = Set.of();

  /** Writes it to {@code path}, and opens it again as a reader would. */
  RunDirectory write(Path path) throws IOException {
    Experiment experiment = experiment();
    List<Trial> plan = Plan.trials(experiment, blocks, 7);
    RunDirectory run = RunDirectory.create(path, record(experiment, plan));
    long start = 1_000_000_000L;
    for (Trial trial : plan) {
      if (untried.contains(trial.number())) {
        continue;
      }
      if (failing.contains(trial.number()) || lost.contains(trial.number())) {
        fail(run, trial);
      }
      if (lost.contains(trial.number())) {
        continue;
      }
      start = measure(run, trial, start);
    }
    return RunDirectory.open(path);
  }

  private RunRecord record(Experiment experiment, List<Trial> plan) {
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put("node proxy", "HAProxy 2.6.12 (stand-in for ztunnel)" + note);
    parts.put("sidecar", "Envoy 1.36.2");
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("kernel", "Linux 6.18.0" + note);
    environment.put("cpu", "AMD EPYC, 2 cores");
    environment.put("governor", "performance");
    return new RunRecord(
        RunRecord.SCHEMA,
        "a1b2c3",
        origin,
        experiment,
        "quick",
        "netns",
        7,
        plan,
        List.of(
            new Metric(
                "latency",
                "ns",
                Better.LOWER,
                "From just before the send to the full reply." + note,
                "design, what is measured"),
            new Metric("cpu-time", "s", Better.LOWER, "CPU time of the path." + note, "cgroup v2")),
        List.of("run", "eztunnel", "--set", "a run" + note, "--out", "taken"),
        "2026-03-01T12:00:00Z",
        "0123abc",
        environment,
        parts);
  }

  private Experiment experiment() {
    WorkloadSpec pings =
        new WorkloadSpec(
            "ping-echo", new TreeMap<>(Map.of("interval-us", "5000", "size", "24" + note)));
    return new Experiment(
        "eztunnel",
        title + note,
        "One client sends a message each interval and awaits its echo." + note,
        "pods",
        Map.of(),
        List.of(
            new Factor("mesh", List.of("none", "ambient")),
            new Factor("shortcut", List.of("off", "sockmap")),
            new Factor("placement", List.of("one-node"))),
        Map.of("ping-echo", pings),
        List.of(levels("none", "off")),
        claims
            ? List.of(
                claim("table-1-none-p50", "none", "latency", "p50", 481.83, 399.15),
                claim("table-1-ambient-p50", "ambient", "latency", "p50", 485.82, 382.10),
                claim("table-1-ambient-p75", "ambient", "latency", "p75", 537.12, 423.66),
                claim("table-2-ambient-jitter", "ambient", "latency", "sd", 88.44, 39.79),
                claim("fig-7-ambient", "ambient", "latency-variation", "p50", null, null),
                claim("no-such-mesh", "sidecar", "latency", "p50", 551.5, 320.4))
            : List.of(),
        Map.of("quick", new Profile(blocks, Map.of(), Map.of())));
  }

  private Claim claim(
      String id, String mesh, String metric, String statistic, Double baseline, Double treatment) {
    return new Claim(
        id,
        (id.startsWith("table") ? "CloudNet 2024, Tables" : "CloudNet 2024, Fig. 7") + note,
        "With mesh " + mesh + " the shortcut lowers " + statistic + "." + note,
        metric,
        statistic,
        null,
        levels(mesh, "off"),
        levels(mesh, "sockmap"),
        Direction.LOWER,
        baseline == null ? null : new Published(baseline, treatment, null, "us"));
  }

  private static Map<String, String> levels(String mesh, String shortcut) {
    Map<String, String> levels = new LinkedHashMap<>();
    levels.put("mesh", mesh);
    levels.put("shortcut", shortcut);
    return levels;
  }

  private long measure(RunDirectory run, Trial trial, long start) throws IOException {
    Random random = new Random(31L * trial.number());
    double middle =
        (trial.treatment().level("mesh", "").equals("none") ? 160_000 : 320_000)
            * (trial.treatment().level("shortcut", "").equals("off") ? 1 : 0.72)
            * (1 + 0.01 * random.nextGaussian());
    try (TrialWriter writer = run.begin(trial, failing.contains(trial.number()) ? 2 : 1)) {
      for (int i = 0; i < samples; i++) {
        double tail = random.nextInt(200) == 0 ? 5 * random.nextDouble() : 0;
        double value = middle * (1 + 0.08 * random.nextGaussian() + tail);
        writer.accept(
            new Sample("latency", start + i * 5_000_000L, Math.rint(Math.max(20_000, value))));
      }
      writer.commit(done(trial, start, random.nextDouble()));
    }
    return start + samples * 5_000_000L + 300_000_000L;
  }

  private TrialRecord done(Trial trial, long start, double cost) {
    boolean redirected = trial.treatment().level("shortcut", "").equals("sockmap");
    boolean attested = origin.equals("measured") && !unattested.contains(trial.number());
    String mechanism = redirected ? "redirect" : "stack";
    List<Hop> hops = new ArrayList<>();
    for (String leg : List.of("client → node proxy", "node proxy → server")) {
      long on = redirected && attested ? 2L * samples : 0;
      hops.add(new Hop(leg + note, mechanism, on, 2L * samples - on, -1, 1, attested));
    }
    String reason =
        attested
            ? "every leg did as asked"
            : "client → node proxy: 0 messages redirected, all asked for";
    return new TrialRecord(
        TrialRecord.SCHEMA,
        trial,
        failing.contains(trial.number()) ? 2 : 1,
        TrialState.DONE,
        null,
        new WorkloadSpec(
            "ping-echo", new TreeMap<>(Map.of("interval-us", "5000", "warm-up", "60"))),
        "2026-03-01T12:00:00Z",
        start,
        200_000_000L,
        samples * 5_000_000L,
        100_000_000L,
        still.contains(trial.number())
            ? new Traffic(0, 0, 0, 0, 0, Duration.ofSeconds(1))
            : new Traffic(1, samples, samples, 24L * samples, 24L * samples, Duration.ofSeconds(1)),
        new Attestation(attested, reason + note, origin.equals("measured") ? hops : List.of()),
        Map.of(),
        Map.of(),
        Map.of("cpu-time", 0.4 + 0.01 * cost),
        samples,
        List.of());
  }

  private void fail(RunDirectory run, Trial trial) throws IOException {
    try (TrialWriter writer = run.begin(trial, 1)) {
      writer.commit(
          new TrialRecord(
              TrialRecord.SCHEMA,
              trial,
              1,
              TrialState.FAILED,
              "node proxy died with signal 9" + note,
              null,
              "2026-03-01T12:00:00Z",
              1,
              0,
              0,
              0,
              null,
              null,
              Map.of(),
              Map.of(),
              Map.of(),
              0,
              List.of()));
    }
  }
}
