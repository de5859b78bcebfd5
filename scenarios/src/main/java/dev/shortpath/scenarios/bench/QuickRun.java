package dev.shortpath.scenarios.bench;

import dev.shortpath.harness.analysis.Analysis;
import dev.shortpath.harness.analysis.Comparison;
import dev.shortpath.harness.catalog.Catalog;
import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.store.RunDirectory;
import dev.shortpath.harness.store.TrialRecord;
import dev.shortpath.harness.testbed.TestbedRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The quick profile of the experiment eztunnel: what the shortcut gains, and, as a user runs it,
 * what the harness costs.
 *
 * <p>What the shortcut gains is measured twice. The figures without a suffix are of processors that
 * are kept awake, because waking them is no part of the path and on a virtual machine most of the
 * latency; those with {@code _asleep} are of the profile as it is.
 */
final class QuickRun implements WholeRun {
  private static final List<String> PATHS = List.of("ambient", "sidecar", "direct");

  private final boolean awake;

  QuickRun(boolean awake) {
    this.awake = awake;
  }

  @Override
  public List<String> figures() {
    List<String> figures = new ArrayList<>(PATHS.stream().map(this::ratio).toList());
    if (!awake) {
      figures.addAll(List.of("harness_overhead", "harness_overhead_per_trial"));
    }
    return figures;
  }

  @Override
  public List<String> missing() {
    Treatment treatment = new Treatment(Map.of("idle", awake ? "awake" : "sleep"));
    return Catalog.load()
        .testbed("netns")
        .missing(new TestbedRequest("bench0", "pods", Map.of(), List.of(treatment), Path.of("/")));
  }

  private String ratio(String path) {
    return path + "_p50_ratio" + (awake ? "" : "_asleep");
  }

  @Override
  public List<String> arguments() {
    return List.of("eztunnel", "--set", "idle=" + (awake ? "awake" : "sleep"));
  }

  @Override
  public List<Figure> figures(RunDirectory run, double wallSeconds) throws IOException {
    List<Figure> figures = new ArrayList<>(ratios(run));
    if (!awake) {
      figures.addAll(overhead(run, wallSeconds));
    }
    return figures;
  }

  private List<Figure> ratios(RunDirectory run) throws IOException {
    Analysis analysis = run.read("analysis.json", Analysis.class);
    List<Figure> figures = new ArrayList<>();
    for (Comparison c : analysis.comparisons()) {
      boolean switched =
          c.baseline().contains("shortcut=off") && c.treatment().contains("shortcut=sockmap");
      if (switched && c.metric().equals("latency") && c.statistic().equals("p50")) {
        String mesh = c.baseline().replaceAll(".*mesh=([a-z]+).*", "$1");
        figures.add(
            new Figure(
                ratio(mesh.equals("none") ? "direct" : mesh),
                c.treatmentValue(),
                c.baselineValue(),
                c.ratio().value(),
                "ns",
                mesh.equals("none") ? "<= 0.45" : "<= 0.60",
                "a message every 5 ms, idle processors "
                    + (awake ? "kept awake" : "sleep as they like")));
      }
    }
    return figures;
  }

  private static List<Figure> overhead(RunDirectory run, double wall) throws IOException {
    List<TrialRecord> trials = run.trials();
    double traffic = trials.stream().mapToLong(TrialRecord::trafficNanos).sum() / 1e9;
    double around =
        trials.stream().mapToLong(t -> t.setUpNanos() + t.tearDownNanos()).sum()
            / 1e9
            / trials.size();
    return List.of(
        new Figure("harness_overhead", wall, traffic, wall / traffic, "s", "<= 1.10"),
        new Figure("harness_overhead_per_trial", around, 0.5, around / 0.5, "s", "<= 1.00"));
  }
}
