package dev.shortpath.harness.cli;

import dev.shortpath.harness.runner.OnFailure;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of the commands that run trials. */
final class SessionOptions {
  @Option(
      names = "--strict",
      description = "Exit with 1 when a claim is not reproduced; else that is a finding.")
  boolean strict;

  @Option(names = "--no-report", description = "Measure and analyse only.")
  boolean noReport;

  @Option(
      names = "--on-failure",
      paramLabel = "POLICY",
      defaultValue = "skip",
      description =
          "When no attempt completes a trial: skip it and go on, or stop the run there"
              + " (${COMPLETION-CANDIDATES}). Default: ${DEFAULT-VALUE}.")
  OnFailure onFailure;

  @Mixin AnalysisOptions analysis;
}
