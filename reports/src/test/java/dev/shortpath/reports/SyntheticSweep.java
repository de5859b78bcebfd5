package dev.shortpath.reports;

import dev.shortpath.harness.experiment.Claim;
import dev.shortpath.harness.experiment.Direction;
import dev.shortpath.harness.experiment.Experiment;
import dev.shortpath.harness.experiment.Factor;
import dev.shortpath.harness.experiment.Plan;
import dev.shortpath.harness.experiment.Profile;
import dev.shortpath.harness.experiment.Published;
import dev.shortpath.harness.experiment.PublishedAt;
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
import dev.shortpath.harness.testbed.Hop;
import dev.shortpath.harness.testbed.Traffic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * A run over a factor whose levels are numbers, of made-up samples from a seeded generator: what
 * chains cost grows with the level, what maps cost does not. One workload yields a value a trial
 * and a series, the other many samples.
 */
final class SyntheticSweep {
  private static final Map<String, Double> NANOS_EACH =
      Map.of("iptables", 9.0, "nftables", 0.1, "ebpf", 0.0, "none", 0.0);

  List<String> levels = List.of("1", "1000", "5000", "10000");
  List<String> planes = List.of("iptables", "nftables", "ebpf");
  List<String> families = List.of("ipv4", "ipv6");
  List<String> positions = List.of("last");
  int blocks = 8;
  int samples = 60;

  RunDirectory write(Path path) throws IOException {
    Experiment experiment = experiment();
    List<Trial> plan = Plan.trials(experiment, blocks, 7);
    RunDirectory run = RunDirectory.create(path, record(experiment, plan));
    long start = 1_000_000_000L;
    for (Trial trial : plan) {
      measure(run, trial, start);
      start += 31_000_000_000L;
    }
    return RunDirectory.open(path);
  }

  private RunRecord record(Experiment experiment, List<Trial> plan) {
    return new RunRecord(
        RunRecord.SCHEMA,
        "a1b2c3",
        RunRecord.MEASURED,
        experiment,
        "quick",
        "netns",
        7,
        plan,
        List.of(
            new Metric("throughput", "bit/s", Better.HIGHER, "Received bits.", "RFC 2544"),
            new Metric("delay", "ns", Better.LOWER, "One way.", "RFC 7679"),
            new Metric("bit-rate", "bit/s", Better.HIGHER, "In each second.", "RFC 2544"),
            new Metric("connect", "ns", Better.LOWER, "Until connect returns.", "RFC 9293"),
            new Metric("cpu-time", "s", Better.LOWER, "CPU time of the path.", "cgroup v2"),
            new Metric("time-to-load", "ns", Better.LOWER, "Until all is in force.", "ours"),
            new Metric("loss", "1", Better.LOWER, "Share of packets lost.", "RFC 7680"),
            new Metric("rules-memory", "bytes", Better.LOWER, "Of rules and maps.", "ours")),
        List.of("run", "sweep", "--profile", "quick"),
        "2026-03-01T12:00:00Z",
        "0123abc",
        Map.of("kernel", "Linux 6.18.0", "cpu", "AMD EPYC, 2 cores"),
        Map.of("router", "a network namespace"));
  }

  private Experiment experiment() {
    List<Claim> claims = new ArrayList<>();
    claims.add(claim("Table 1", "throughput", "sd", families));
    for (String family : families) {
      String table = family.equals("ipv4") ? "Table 2" : "Table 3";
      claims.add(claim(table, "delay", "max", List.of(family)));
      claims.add(claim(table, "delay", "sd", List.of(family)));
    }
    claims.add(
        new Claim(
            "flat-connect",
            "This project",
            "Connecting takes less time through maps than through chains.",
            "connect",
            "p50",
            null,
            Map.of("plane", "iptables", "workload", "connects"),
            Map.of("plane", "ebpf", "workload", "connects"),
            Direction.LOWER,
            null));
    return new Experiment(
        "sweep",
        "What does a thousand more of them cost?",
        "Treatments differ in the number of services and in what carries them.",
        "service-path",
        Map.of(),
        List.of(
            new Factor("services", levels),
            new Factor("plane", planes),
            new Factor("ip-family", families),
            new Factor("position", positions),
            new Factor("workload", List.of("flows", "connects"))),
        Map.of(
            "flows", new WorkloadSpec("d-itg", Map.of("duration-s", "30")),
            "connects", new WorkloadSpec("connect", Map.of("count", "60"))),
        List.of(),
        claims,
        Map.of("quick", new Profile(blocks, Map.of(), Map.of())),
        List.of("services"),
        List.of(
            Map.of("plane", List.of("none"), "services", levels.subList(1, levels.size())),
            Map.of("workload", List.of("flows"), "position", List.of("first"))),
        List.of(
            new Trend("connect", "p50", "services"),
            new Trend("delay", "mean", "services"),
            new Trend("loss", "mean", "services")));
  }

  /** A column of a published table, or two: a ratio for each level. */
  private Claim claim(String table, String metric, String statistic, List<String> named) {
    Random random = new Random((table + statistic).hashCode());
    List<PublishedAt> figures = new ArrayList<>();
    for (String family : named) {
      for (String level : levels) {
        double ratio = Math.rint(100 * Math.exp(0.35 * random.nextGaussian())) / 100;
        figures.add(
            new PublishedAt(
                Map.of("services", level, "ip-family", family),
                new Published(null, null, ratio, null)));
      }
    }
    Map<String, String> baseline = new LinkedHashMap<>(Map.of("plane", "iptables"));
    Map<String, String> treatment = new LinkedHashMap<>(Map.of("plane", "ebpf"));
    for (Map<String, String> side : List.of(baseline, treatment)) {
      side.put("workload", "flows");
      if (named.size() == 1) {
        side.put("ip-family", named.get(0));
      }
    }
    String id = (table + "-" + metric + "-" + statistic).toLowerCase(Locale.ROOT).replace(' ', '-');
    return new Claim(
        id,
        "Leiter et al., " + table,
        "The " + statistic + " of " + metric + " changes by the published ratio.",
        metric,
        statistic,
        null,
        baseline,
        treatment,
        Direction.LOWER,
        null,
        figures,
        100);
  }

  private void measure(RunDirectory run, Trial trial, long start) throws IOException {
    Random random = new Random(31L * trial.number());
    String plane = trial.treatment().level("plane", "");
    double services = Double.parseDouble(trial.treatment().level("services", "0"));
    boolean flows = trial.treatment().level("workload", "").equals("flows");
    double deep = trial.treatment().level("position", "").equals("first") ? 0 : 1;
    double base = trial.treatment().level("ip-family", "").equals("ipv6") ? 74_000 : 68_000;
    double connect = base + deep * NANOS_EACH.get(plane) * services;
    try (TrialWriter writer = run.begin(trial, 1)) {
      if (flows) {
        double rate = 478e6 + 0.4e6 * random.nextGaussian();
        for (int i = 0; i < 30; i++) {
          long at = start + i * 1_000_000_000L;
          writer.accept(new Sample("bit-rate", at, rate + 3e6 * random.nextGaussian()));
        }
        long end = start + 30_000_000_000L;
        writer.accept(new Sample("throughput", end, rate));
        writer.accept(new Sample("loss", end, 0));
        writer.accept(new Sample("delay", end, 310_000 + 9_000 * random.nextGaussian()));
      } else {
        double middle = connect * (1 + 0.02 * random.nextGaussian());
        for (int i = 0; i < samples; i++) {
          double value = middle * (1 + 0.07 * random.nextGaussian());
          writer.accept(new Sample("connect", start + i * 100_000_000L, Math.rint(value)));
        }
      }
      Map<String, Double> cost = new LinkedHashMap<>();
      cost.put("cpu-time", 0.4 + 1e-6 * NANOS_EACH.get(plane) * services);
      if (!flows) {
        cost.put("time-to-load", 3e6 + services * (1 + NANOS_EACH.get(plane)) * 8_000);
        cost.put("rules-memory", 4096 + services * 300 * (1 + random.nextInt(3)));
      }
      writer.commit(done(trial, start, cost, flows ? 33 : samples));
    }
  }

  private static TrialRecord done(Trial trial, long start, Map<String, Double> cost, int samples) {
    boolean flows = trial.treatment().level("workload", "").equals("flows");
    return new TrialRecord(
        TrialRecord.SCHEMA,
        trial,
        1,
        TrialState.DONE,
        null,
        new WorkloadSpec(flows ? "d-itg" : "connect", Map.of()),
        "2026-03-01T12:00:00Z",
        start,
        200_000_000L,
        30_000_000_000L,
        100_000_000L,
        new Traffic(1, samples, samples, 24L * samples, 24L * samples, Duration.ofSeconds(30)),
        new Attestation(
            true,
            "every leg did as asked",
            List.of(new Hop("client → worker", "service", 0, samples, samples, 1, true))),
        Map.of(),
        Map.of(),
        cost,
        samples,
        List.of());
  }
}
