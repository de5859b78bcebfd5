package dev.shortpath.harness.cli;

import dev.shortpath.harness.catalog.BadInputException;
import dev.shortpath.harness.catalog.Experiments;
import dev.shortpath.harness.runner.RunRequest;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code shortpath run}. */
@Command(
    name = "run",
    exitCodeList = {
      ExitCodes.IS_DONE,
      ExitCodes.IS_CLAIM_FAILED,
      ExitCodes.IS_BAD_INPUT,
      ExitCodes.IS_NOT_COMPLETED,
      ExitCodes.IS_INTERRUPTED
    },
    description = "Runs an experiment and writes its report. Needs root for testbed netns.")
final class Run implements Callable<Integer> {
  @ParentCommand Main main;
  @Spec CommandSpec spec;

  @Parameters(
      paramLabel = "EXPERIMENT",
      completionCandidates = Candidates.ExperimentNames.class,
      description = "Name from 'shortpath list', or a path that ends in .yaml.")
  String experiment;

  @Option(
      names = "--testbed",
      paramLabel = "TESTBED",
      completionCandidates = Candidates.Testbeds.class,
      defaultValue = "netns",
      description = "Where to run. Default: ${DEFAULT-VALUE}.")
  String testbed;

  @Option(
      names = "--testbed-option",
      paramLabel = "NAME=VALUE",
      description = "What the testbed is told; 'shortpath list' names its options. Repeatable.")
  Map<String, String> testbedOptions = new LinkedHashMap<>();

  @Option(
      names = "--dry-run",
      description = "Print what the testbed would make, if it can tell; make nothing.")
  boolean dryRun;

  @Option(
      names = "--profile",
      paramLabel = "PROFILE",
      completionCandidates = Candidates.Profiles.class,
      defaultValue = "quick",
      description = "How much to run: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  String profile;

  @Option(
      names = "--set",
      paramLabel = "FACTOR=LEVEL[,LEVEL]",
      description = "Levels that replace a factor's own. Repeatable.")
  Map<String, String> levels = new LinkedHashMap<>();

  @Option(
      names = "--parameter",
      paramLabel = "[WORKLOAD.]NAME=VALUE",
      description =
          "Workload parameter, of every workload that knows it or of the one named. Repeatable.")
  Map<String, String> parameters = new LinkedHashMap<>();

  @Option(
      names = "--topology-parameter",
      paramLabel = "NAME=VALUE",
      description = "Parameter of the topology, instead of the experiment's own. Repeatable.")
  Map<String, String> topologyParameters = new LinkedHashMap<>();

  @Option(
      names = "--blocks",
      paramLabel = "N",
      description = "Number of blocks instead of the profile's own.")
  Integer blocks;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the order of trials. Default: ${DEFAULT-VALUE}.")
  long seed;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Run directory. Default: runs/EXPERIMENT-UTC.")
  Path out;

  @Mixin SessionOptions options;

  @Override
  public Integer call() throws Exception {
    if (blocks != null && blocks < 1) {
      throw new BadInputException("--blocks " + blocks + ": give a number from 1");
    }
    RunRequest request =
        new RunRequest(
            Experiments.find(experiment).withParameters(topologyParameters),
            profile,
            split(levels),
            parameters,
            blocks == null ? OptionalInt.empty() : OptionalInt.of(blocks),
            testbed,
            testbedOptions,
            seed,
            spec.root().commandLine().getParseResult().originalArgs());
    Sessions sessions = new Sessions(main.catalog(), spec.commandLine(), options);
    return dryRun ? sessions.show(request) : sessions.start(request, out);
  }

  private static Map<String, List<String>> split(Map<String, String> levels) {
    Map<String, List<String>> split = new LinkedHashMap<>();
    levels.forEach((name, list) -> split.put(name, List.of(list.split(","))));
    return split;
  }
}
