package dev.shortpath.scenarios.bench;

import dev.shortpath.harness.catalog.Catalog;
import dev.shortpath.harness.cli.Main;
import dev.shortpath.harness.store.Directories;
import dev.shortpath.harness.store.RunDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Figures of an experiment carried out as a user would. */
interface WholeRun {
  /** Names of its figures. */
  List<String> figures();

  /** What follows {@code run} on the command line, but for {@code --out}. */
  List<String> arguments();

  /**
   * The figures of a run that is done.
   *
   * @param wallSeconds of the whole run, set-up, analysis and report included
   */
  List<Figure> figures(RunDirectory run, double wallSeconds) throws Exception;

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
