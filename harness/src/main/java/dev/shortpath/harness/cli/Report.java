package dev.shortpath.harness.cli;

import dev.shortpath.harness.store.RunDirectory;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code shortpath report}. */
@Command(
    name = "report",
    exitCodeList = {ExitCodes.IS_DONE, ExitCodes.IS_BAD_INPUT, ExitCodes.IS_NOT_WRITTEN},
    description = "Writes a run's report anew: HTML, PDF, charts, tables. Same run, same bytes.")
final class Report implements Callable<Integer> {
  @ParentCommand Main main;
  @Spec CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "Run directory.")
  Path run;

  @Mixin AnalysisOptions analysis;

  @Override
  public Integer call() throws Exception {
    new Outcome(main.catalog(), spec.commandLine().getOut(), false, main.debug)
        .conclude(RunDirectory.open(run), analysis.policy(), true);
    return ExitCodes.DONE;
  }
}
