package dev.shortpath.harness.cli;

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

  @Mixin AnalysisOptions analysis;
}
