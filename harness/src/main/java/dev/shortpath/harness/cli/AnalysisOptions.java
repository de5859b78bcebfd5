package dev.shortpath.harness.cli;

import dev.shortpath.harness.analysis.Analyzer;
import dev.shortpath.harness.analysis.Policy;
import dev.shortpath.harness.catalog.BadInputException;
import picocli.CommandLine.Option;

/** Options of the commands that compute figures. */
final class AnalysisOptions {
  @Option(
      names = "--trim",
      paramLabel = "POLICY",
      completionCandidates = Candidates.Trimmings.class,
      defaultValue = "none",
      description =
          "Samples to drop: none, or pooled-p99 (those above the 99th percentile of all groups"
              + " pooled, the eZtunnel authors' policy). Default: ${DEFAULT-VALUE}.")
  String trim;

  @Option(
      names = "--resamples",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Resamples of the bootstrap. Default: ${DEFAULT-VALUE}.")
  int resamples;

  @Option(
      names = "--level",
      paramLabel = "LEVEL",
      defaultValue = "0.95",
      description = "Level of the intervals. Default: ${DEFAULT-VALUE}.")
  double level;

  Policy policy() {
    if (resamples < 100 || resamples > 1_000_000) {
      throw new BadInputException("--resamples " + resamples + ": give 100 to 1000000");
    }
    if (!(level > 0.5 && level < 1)) {
      throw new BadInputException("--level " + level + ": give a number between 0.5 and 1");
    }
    if (!Analyzer.trimmings().contains(trim)) {
      throw new BadInputException(
          "--trim " + trim + ": known are " + String.join(", ", Analyzer.trimmings()));
    }
    return new Policy(trim, resamples, level, Policy.DEFAULT.seed());
  }
}
