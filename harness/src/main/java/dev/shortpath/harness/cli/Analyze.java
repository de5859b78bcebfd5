package dev.shortpath.harness.cli;

import dev.shortpath.harness.store.RunDirectory;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code shortpath analyze}. */
@Command(
    name = "analyze",
    exitCodeList = {
      ExitCodes.IS_DONE,
      ExitCodes.IS_CLAIM_FAILED,
      ExitCodes.IS_BAD_INPUT,
      ExitCodes.IS_NOT_WRITTEN
    },
    description =
        "Computes a run's figures and verdicts anew: analysis.json, claims.json, junit.xml.")
final class Analyze implements Callable<Integer> {
  @ParentCommand Main main;
  @Spec CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "Run directory.")
  Path run;

  @Option(names = "--strict", description = "Exit with 1 when a claim is not reproduced.")
  boolean strict;

  @Mixin AnalysisOptions analysis;

  @Override
  public Integer call() throws Exception {
    boolean held =
        new Outcome(main.catalog(), spec.commandLine().getOut(), strict, main.debug)
            .conclude(RunDirectory.open(run), analysis.policy(), false);
    return held ? ExitCodes.DONE : ExitCodes.CLAIM_FAILED;
  }
}
