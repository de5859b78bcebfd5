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

/** {@code shortpath resume}. */
@Command(
    name = "resume",
    exitCodeList = {
      ExitCodes.IS_DONE,
      ExitCodes.IS_CLAIM_FAILED,
      ExitCodes.IS_BAD_INPUT,
      ExitCodes.IS_NOT_COMPLETED,
      ExitCodes.IS_INTERRUPTED
    },
    description = "Goes on with a run that was interrupted or killed, at its next trial.")
final class Resume implements Callable<Integer> {
  @ParentCommand Main main;
  @Spec CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "Run directory.")
  Path run;

  @Option(
      names = "--force",
      description = "Go on although kernel, CPU or program changed since the run began.")
  boolean force;

  @Mixin SessionOptions options;

  @Override
  public Integer call() throws Exception {
    return new Sessions(main.catalog(), spec.commandLine(), options, force)
        .goOn(RunDirectory.open(run));
  }
}
