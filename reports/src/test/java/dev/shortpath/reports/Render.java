package dev.shortpath.reports;

import dev.shortpath.harness.analysis.Analysis;
import dev.shortpath.harness.analysis.Analyzer;
import dev.shortpath.harness.analysis.Policy;
import dev.shortpath.harness.store.RunDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Renders a run; also in a JVM of its own. */
final class Render {
  private Render() {}

  static List<Analysis> analyses(RunDirectory run, String... trimmings) throws IOException {
    List<Analysis> analyses = new ArrayList<>();
    for (String trim : trimmings) {
      analyses.add(Analyzer.analyze(run, new Policy(trim, 200, 0.95, 1)));
    }
    return analyses;
  }

  static List<Path> report(RunDirectory run, Path to, String... trimmings) throws IOException {
    return new StandardReport().write(run, analyses(run, trimmings), to);
  }

  /** Arguments: run directory, where to, trimmings. */
  public static void main(String[] arguments) throws IOException {
    String[] trimmings = List.of(arguments).subList(2, arguments.length).toArray(String[]::new);
    report(RunDirectory.open(Path.of(arguments[0])), Path.of(arguments[1]), trimmings);
  }
}
