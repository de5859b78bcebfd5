package dev.shortpath.scenarios.bench;

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
import java.util.Locale;

/** Figures of an experiment carried out as a user would. */
interface WholeRun {
  /** Names of its figures. */
  List<String> figures();

  /** What this machine lacks for it, a line each. */
  default List<String> missing() {
    return List.of();
  }

  /** What follows {@code run} on the command line, but for {@code --out}. */
  List<String> arguments();

  /**
   * The figures of a run that is done.
   *
   * @param wallSeconds of the whole run, set-up, analysis and report included
   */
  List<Figure> figures(RunDirectory run, double wallSeconds) throws Exception;

  /** Wall time held against the time of the traffic; the shares of the rest are said. */
  static Figure overhead(String name, String goal, RunDirectory run, double wallSeconds)
      throws IOException {
    List<TrialRecord> trials = run.trials();
    double traffic = trials.stream().mapToLong(TrialRecord::trafficNanos).sum() / 1e9;
    double around = trials.stream().mapToLong(t -> t.setUpNanos() + t.tearDownNanos()).sum() / 1e9;
    System.err.printf(
        Locale.ROOT,
        "%s: %.1f s of traffic in %d trials, %.1f s around them, %.1f s for the rest%n",
        name,
        traffic,
        trials.size(),
        around,
        wallSeconds - traffic - around);
    return new Figure(name, wallSeconds, traffic, wallSeconds / traffic, "s", goal);
  }

  /** Carries it out. */
  default List<Figure> measure() throws Exception {
    Path directory = Files.createTempDirectory("shortpath-bench-run-");
    List<String> line = new ArrayList<>(List.of("run"));
    line.addAll(arguments());
    line.addAll(List.of("--out", directory.resolve("run").toString()));
    long start = System.nanoTime();
    int exit = Main.execute(Catalog.load(), line.toArray(String[]::new));
    double wall = (System.nanoTime() - start) / 1e9;
    if (exit != 0) {
      throw new IllegalStateException("the run ended with status " + exit + ": " + directory);
    }
    List<Figure> figures = figures(RunDirectory.open(directory.resolve("run")), wall);
    Directories.delete(directory);
    return figures;
  }
}
