package dev.shortpath.scenarios.bench;

import dev.shortpath.harness.analysis.Analysis;
import dev.shortpath.harness.analysis.Comparison;
import dev.shortpath.harness.catalog.Catalog;
import dev.shortpath.harness.cli.Main;
import dev.shortpath.harness.store.Directories;
import dev.shortpath.harness.store.RunDirectory;
import dev.shortpath.harness.store.TrialRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The quick profile of the experiment eztunnel: what the shortcut gains, and what the harness
 * costs.
 */
final class QuickRun {
  private QuickRun() {}

  static List<String> figures() {
    return List.of(
        "ambient_p50_ratio",
        "sidecar_p50_ratio",
        "direct_p50_ratio",
        "harness_overhead",
        "harness_overhead_per_trial");
  }

  /** Runs the experiment as a user would, set-up, analysis and report included. */
  static List<Figure> measure() throws Exception {
    Path directory = Files.createTempDirectory("shortpath-bench-run-");
    long start = System.nanoTime();
    int exit =
        Main.execute(
            Catalog.load(), "run", "eztunnel", "--out", directory.resolve("run").toString());
    double wall = (System.nanoTime() - start) / 1e9;
    if (exit != 0) {
      throw new IllegalStateException("the run ended with status " + exit + ": " + directory);
    }
    RunDirectory run = RunDirectory.open(directory.resolve("run"));
    List<Figure> figures = new ArrayList<>(ratios(run));
    figures.addAll(overhead(run, wall));
    Directories.delete(directory);
    return figures;
  }

  private static List<Figure> ratios(RunDirectory run) throws IOException {
    Analysis analysis = run.read("analysis.json", Analysis.class);
    List<Figure> figures = new ArrayList<>();
    for (Comparison c : analysis.comparisons()) {
      boolean switched =
          c.baseline().contains("shortcut=off") && c.treatment().contains("shortcut=sockmap");
      if (switched && c.metric().equals("latency") && c.statistic().equals("p50")) {
        String mesh = c.baseline().replaceAll(".*mesh=([a-z]+).*", "$1");
        figures.add(
            new Figure(
                (mesh.equals("none") ? "direct" : mesh) + "_p50_ratio",
                c.treatmentValue(),
                c.baselineValue(),
                c.ratio().value(),
                "ns",
                mesh.equals("none") ? "<= 0.45" : "<= 0.60"));
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
