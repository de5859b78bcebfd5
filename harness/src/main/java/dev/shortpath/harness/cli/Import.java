package dev.shortpath.harness.cli;

import dev.shortpath.harness.published.ImportRequest;
import dev.shortpath.harness.published.LogImporter;
import dev.shortpath.harness.store.RunDirectory;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code shortpath import}. */
@Command(
    name = "import",
    exitCodeList = {ExitCodes.IS_DONE, ExitCodes.IS_BAD_INPUT, ExitCodes.IS_NOT_WRITTEN},
    description =
        "Turns published raw data into a run directory that can be analysed and reported.")
final class Import implements Callable<Integer> {
  @ParentCommand Main main;
  @Spec CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "IMPORTER",
      completionCandidates = Candidates.Importers.class,
      description = "For example eztunnel-logs.")
  String importer;

  @Parameters(index = "1", paramLabel = "DIR", description = "Where the published files lie.")
  Path directory;

  @Option(
      names = "--out",
      paramLabel = "RUN",
      required = true,
      description = "Run directory to make.")
  Path out;

  @Override
  public Integer call() throws Exception {
    LogImporter found = main.catalog().importer(importer);
    RunDirectory run =
        found.read(
            new ImportRequest(
                directory,
                out,
                spec.root().commandLine().getParseResult().originalArgs(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                Version.text()));
    spec.commandLine()
        .getOut()
        .println("run directory: " + run.path() + "; now: " + Invocation.of("report", run.path()));
    return ExitCodes.DONE;
  }
}
