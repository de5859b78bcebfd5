package dev.shortpath.harness.cli;

import dev.shortpath.harness.analysis.Agreement;
import dev.shortpath.harness.analysis.Analysis;
import dev.shortpath.harness.analysis.Analyzer;
import dev.shortpath.harness.store.RunDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code shortpath compare}. */
@Command(
    name = "compare",
    exitCodeList = {ExitCodes.IS_DONE, ExitCodes.IS_CLAIM_FAILED, ExitCodes.IS_BAD_INPUT},
    description =
        "Says which claims have the same sign in two runs, of two testbeds say. Writes nothing.")
final class Compare implements Callable<Integer> {
  @ParentCommand Main main;
  @Spec CommandSpec spec;

  @Parameters(index = "0", paramLabel = "RUN", description = "Run directory.")
  Path first;

  @Parameters(index = "1", paramLabel = "OTHER", description = "Run directory.")
  Path second;

  @Option(names = "--strict", description = "Exit with 1 when a claim has different signs.")
  boolean strict;

  @Mixin AnalysisOptions analysis;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    Analysis one = analyze(out, "first", first);
    Analysis other = analyze(out, "second", second);
    List<Agreement> all = Agreement.of(one, other);
    for (Agreement agreement : all) {
      if (agreement.kind() == Agreement.Kind.IN_NEITHER && !main.debug) {
        continue; // Nothing to be said of each; their number follows.
      }
      String where =
          agreement.stratum().entrySet().stream()
              .map(e -> e.getKey() + "=" + e.getValue())
              .collect(Collectors.joining(","));
      out.printf(
          "%-12s %s%s: %s%n",
          agreement.kind().words(),
          agreement.claim().id(),
          where.isEmpty() ? "" : " [" + where + "]",
          agreement.figures());
    }
    for (Agreement.Kind kind : Agreement.Kind.values()) {
      out.printf(
          "%d %s%s",
          all.stream().filter(agreement -> agreement.kind() == kind).count(),
          kind.words(),
          kind.ordinal() + 1 < Agreement.Kind.values().length ? ", " : "\n");
    }
    boolean differ = all.stream().anyMatch(a -> a.kind() == Agreement.Kind.DISAGREE);
    return strict && differ ? ExitCodes.CLAIM_FAILED : ExitCodes.DONE;
  }

  private Analysis analyze(PrintWriter out, String which, Path path) throws IOException {
    RunDirectory run = RunDirectory.open(path);
    out.printf(
        "%s: %s, %s on testbed %s%n",
        which, path, run.run().experiment().name(), run.run().testbed());
    return Analyzer.analyze(run, analysis.policy());
  }
}
