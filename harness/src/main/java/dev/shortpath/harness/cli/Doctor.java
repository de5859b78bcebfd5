package dev.shortpath.harness.cli;

import dev.shortpath.harness.catalog.BadInputException;
import dev.shortpath.harness.catalog.Experiments;
import dev.shortpath.harness.experiment.Experiment;
import dev.shortpath.harness.experiment.Factor;
import dev.shortpath.harness.runner.MachineLock;
import dev.shortpath.harness.runner.Preflight;
import dev.shortpath.harness.testbed.TestbedProvider;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code shortpath doctor}. */
@Command(
    name = "doctor",
    exitCodeList = {ExitCodes.IS_READY, ExitCodes.IS_NOT_READY},
    description = "Says what this machine can run, and what it lacks. Changes nothing.")
final class Doctor implements Callable<Integer> {
  @ParentCommand Main main;
  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Optional<String> holder = MachineLock.holder();
    boolean anyTestbed = false;
    for (TestbedProvider provider : main.catalog().testbeds().values()) {
      boolean all = true;
      for (String name : Experiments.names()) {
        Experiment whole = Preflight.complete(Experiments.find(name), main.catalog());
        Experiment experiment = Preflight.restricted(whole, provider);
        List<String> missing = missing(provider, experiment);
        out.printf(
            "%-8s %-18s %s%n",
            provider.name(),
            name,
            missing.isEmpty() ? ready(holder) + options(whole, experiment) : "not ready");
        missing.forEach(line -> out.println("         - " + line));
        others(provider, experiment, missing).forEach(line -> out.println("         " + line));
        all &= missing.isEmpty();
      }
      anyTestbed |= all;
    }
    holder.ifPresent(out::println);
    return anyTestbed && holder.isEmpty() ? ExitCodes.DONE : ExitCodes.BAD_INPUT;
  }

  private static String ready(Optional<String> holder) {
    return holder.isEmpty() ? "ready" : "ready once the machine is free";
  }

  /** The testbed may have some of a factor's levels only. */
  private static String options(Experiment whole, Experiment restricted) {
    List<String> options = new ArrayList<>();
    for (Factor factor : restricted.factors()) {
      if (!whole.factors().contains(factor)) {
        options.add(" --set " + factor.name() + "=" + String.join(",", factor.levels()));
      }
    }
    return options.isEmpty() ? "" : " with" + String.join("", options);
  }

  /** What the testbed can switch beside the experiment's own levels, and what that lacks. */
  private List<String> others(
      TestbedProvider provider, Experiment experiment, List<String> missing) {
    List<String> others = new ArrayList<>();
    List<Factor> all = new ArrayList<>();
    Map<String, List<String>> known = provider.factors(experiment.topology());
    for (Factor factor : experiment.factors()) {
      List<String> more = new ArrayList<>(known.getOrDefault(factor.name(), List.of()));
      more.removeAll(factor.levels());
      if (more.isEmpty()) {
        all.add(factor);
      } else {
        others.add(factor.name() + "=" + String.join(",", more));
        all.add(new Factor(factor.name(), more));
      }
    }
    if (others.isEmpty()) {
      return List.of();
    }
    List<String> lines = new ArrayList<>(List.of("  other levels: " + String.join(" ", others)));
    missing(
            provider,
            experiment.with(
                all, experiment.workloads(), experiment.profiles(), experiment.exclude()))
        .stream()
        .filter(line -> !missing.contains(line))
        .forEach(line -> lines.add("- " + line));
    return lines;
  }

  private List<String> missing(TestbedProvider provider, Experiment experiment) {
    try {
      Preflight.factors(experiment, provider);
      return provider.missing(
          Preflight.request(
              "doctor", experiment, main.catalog(), Path.of(System.getProperty("java.io.tmpdir"))));
    } catch (BadInputException e) {
      return List.of(e.getMessage());
    }
  }
}
