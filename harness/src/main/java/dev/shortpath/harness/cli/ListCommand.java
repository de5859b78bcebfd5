package dev.shortpath.harness.cli;

import dev.shortpath.harness.catalog.Catalog;
import dev.shortpath.harness.catalog.Experiments;
import dev.shortpath.harness.experiment.Experiment;
import dev.shortpath.harness.experiment.Plan;
import dev.shortpath.harness.testbed.TestbedProvider;
import dev.shortpath.harness.workload.Parameter;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code shortpath list}. */
@Command(
    name = "list",
    exitCodeList = {ExitCodes.IS_DONE, ExitCodes.IS_BAD_INPUT},
    description = "Lists experiments with their profiles, testbeds with their factors, workloads.")
final class ListCommand implements Runnable {
  @ParentCommand Main main;
  @Spec CommandSpec spec;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    Catalog catalog = main.catalog();
    out.println("Experiments (shortpath run NAME --profile PROFILE):");
    Experiments.names().forEach(name -> experiment(out, catalog, Experiments.find(name)));
    out.println("Testbeds (--testbed NAME), and the factors that each can switch:");
    catalog
        .testbeds()
        .values()
        .forEach(
            testbed -> {
              out.printf("  %-14s %s%n", testbed.name(), testbed.summary());
              options(out, testbed);
              testbed.topologies().forEach(topology -> factors(out, testbed, topology));
            });
    out.println("Workloads, and their parameters (--parameter NAME=VALUE):");
    catalog
        .workloads()
        .values()
        .forEach(
            workload -> {
              out.printf("  %-14s %s%n", workload.name(), workload.summary());
              int width = width(workload.parameters().stream().map(Parameter::name));
              workload
                  .parameters()
                  .forEach(
                      p ->
                          out.printf(
                              "    %-" + width + "s %s [%s]%n",
                              p.name(),
                              p.meaning(),
                              p.defaultValue()));
            });
    out.println("Importers of published data (shortpath import NAME DIR --out RUN):");
    catalog
        .importers()
        .values()
        .forEach(importer -> out.printf("  %-14s %s%n", importer.name(), importer.summary()));
  }

  private static void options(PrintWriter out, TestbedProvider testbed) {
    int width = width(testbed.options().keySet().stream());
    testbed
        .options()
        .forEach(
            (name, meaning) ->
                out.printf("    --testbed-option %-" + width + "s %s%n", name + "=…", meaning));
  }

  private static void factors(PrintWriter out, TestbedProvider testbed, String topology) {
    out.printf("    topology %s%n", topology);
    Map<String, List<String>> factors = testbed.factors(topology);
    int width = width(factors.keySet().stream());
    factors.forEach(
        (factor, levels) ->
            out.printf(
                "      %-" + width + "s %s%n",
                factor,
                levels.isEmpty() ? "any number" : String.join(", ", levels)));
  }

  /** Of a column that holds these names, at least the usual one. */
  private static int width(Stream<String> names) {
    return names.mapToInt(String::length).reduce(12, Math::max);
  }

  private static void experiment(PrintWriter out, Catalog catalog, Experiment experiment) {
    out.printf("  %-14s %s%n", experiment.name(), experiment.title());
    experiment
        .profiles()
        .forEach(
            (name, profile) -> {
              Sessions.Planned planned = Sessions.plan(catalog, experiment, name);
              out.printf(
                  "    %-12s %d blocks, %d treatments, %d trials, about %s%s%n",
                  name,
                  profile.blocks(),
                  Plan.treatments(planned.experiment()).size(),
                  planned.trials().size(),
                  Durations.text(planned.duration()),
                  beside(experiment));
            });
  }

  /** What a run takes that nobody can know beforehand: it depends on the treatment. */
  private static String beside(Experiment experiment) {
    return experiment.slow().isEmpty()
        ? ""
        : " and the changes of " + String.join(" and ", experiment.slow());
  }

  /** Durations for people. */
  static final class Durations {
    private Durations() {}

    static String text(Duration duration) {
      long seconds = duration.toSeconds();
      if (seconds < 90) {
        return seconds + " s";
      }
      long minutes = Math.round(seconds / 60.0);
      if (minutes < 90) {
        return minutes + " min";
      }
      double hours = seconds / 3600.0;
      return hours < 48
          ? String.format(Locale.ROOT, "%.1f h", hours)
          : String.format(Locale.ROOT, "%.1f days", hours / 24);
    }
  }
}
