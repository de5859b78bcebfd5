package dev.shortpath.scenarios.bench;

import dev.shortpath.harness.analysis.Analysis;
import dev.shortpath.harness.analysis.Comparison;
import dev.shortpath.harness.store.RunDirectory;
import dev.shortpath.harness.store.TrialRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The quick profile of the experiment eztunnel: what the shortcut gains, and what the harness
 * costs.
 */
final class QuickRun implements WholeRun {
  @Override
  public List<String> figures() {
    return List.of(
        "ambient_p50_ratio",
        "sidecar_p50_ratio",
        "direct_p50_ratio",
        "harness_overhead",
        "harness_overhead_per_trial");
  }

  @Override
  public List<String> arguments() {
    return List.of("eztunnel");
  }

  @Override
  public List<Figure> figures(RunDirectory run, double wallSeconds) throws IOException {
    List<Figure> figures = new ArrayList<>(ratios(run));
    figures.addAll(overhead(run, wallSeconds));
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
