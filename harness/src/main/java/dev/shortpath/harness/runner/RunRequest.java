package dev.shortpath.harness.runner;

import dev.shortpath.harness.catalog.BadInputException;
import dev.shortpath.harness.experiment.Experiment;
import dev.shortpath.harness.experiment.Factor;
import dev.shortpath.harness.experiment.Plan;
import dev.shortpath.harness.experiment.Profile;
import dev.shortpath.harness.experiment.WorkloadSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/**
 * What somebody asks to be run.
 *
 * @param experiment as it was read
 * @param profile name of one of its profiles
 * @param levels levels that replace a factor's own, by factor name
 * @param parameters laid over those of every workload that knows them, or, by {@code
 *     WORKLOAD.NAME}, over a single one's
 * @param blocks replaces the profile's number of blocks, at least 1; empty keeps it
 * @param testbed the provider's name
 * @param testbedOptions what it is told
 * @param seed of the order of trials
 * @param commandLine as it was typed
 */
public record RunRequest(
    Experiment experiment,
    String profile,
    Map<String, List<String>> levels,
    Map<String, String> parameters,
    OptionalInt blocks,
    String testbed,
    Map<String, String> testbedOptions,
    long seed,
    List<String> commandLine) {

  /** The profile, with the number of blocks replaced where asked. */
  public Profile effectiveProfile() {
    Profile found = experiment.profiles().get(profile);
    if (found == null) {
      throw new BadInputException(
          "experiment "
              + experiment.name()
              + " has no profile '"
              + profile
              + "'; it has "
              + String.join(", ", experiment.profiles().keySet()));
    }
    return blocks.isPresent() ? found.withBlocks(blocks.getAsInt()) : found;
  }

  /**
   * The experiment with profile and overrides applied: what is stored and carried out.
   *
   * @param knows whether a workload (by type) has a parameter (by name): a profile's parameters and
   *     those of the command line go to each workload that knows them
   */
  public Experiment effective(BiPredicate<String, String> knows) {
    Profile profile = effectiveProfile();
    for (String name : levels.keySet()) {
      if (experiment.factors().stream().noneMatch(f -> f.name().equals(name))) {
        throw new BadInputException(
            "experiment "
                + experiment.name()
                + " has no factor '"
                + name
                + "'; it has "
                + experiment.factors().stream()
                    .map(Factor::name)
                    .collect(Collectors.joining(", ")));
      }
    }
    List<Factor> factors = new ArrayList<>();
    for (Factor factor : experiment.factors()) {
      List<String> chosen =
          levels.getOrDefault(
              factor.name(), profile.levels().getOrDefault(factor.name(), factor.levels()));
      factors.add(factor(factor.name(), chosen));
      workloadsExist(factor.name(), chosen);
    }
    List<Map<String, List<String>>> exclude = new ArrayList<>(experiment.exclude());
    exclude.addAll(profile.exclude());
    Experiment effective =
        experiment.with(factors, workloads(profile, knows), Map.of(this.profile, profile), exclude);
    if (Plan.treatments(effective).isEmpty()) {
      throw new BadInputException(
          "experiment "
              + experiment.name()
              + ": exclude leaves no treatment of the levels that are asked for");
    }
    return effective;
  }

  private void workloadsExist(String factor, List<String> levels) {
    for (String level : levels) {
      if (factor.equals(Experiment.WORKLOAD_FACTOR) && !experiment.workloads().containsKey(level)) {
        throw new BadInputException(
            "experiment "
                + experiment.name()
                + " has no workload '"
                + level
                + "'; it has "
                + String.join(", ", experiment.workloads().keySet()));
      }
    }
  }

  private Map<String, WorkloadSpec> workloads(Profile profile, BiPredicate<String, String> knows) {
    Map<String, String> asked = new LinkedHashMap<>(parameters);
    asked.keySet().removeIf(name -> name.contains("."));
    Map<String, WorkloadSpec> workloads = new LinkedHashMap<>();
    experiment
        .workloads()
        .forEach(
            (name, spec) ->
                workloads.put(
                    name,
                    spec.with(known(profile.workload(), spec, knows))
                        .with(profile.workloads().getOrDefault(name, Map.of()))
                        .with(known(asked, spec, knows))
                        .with(ofOne(name))));
    for (Map<String, String> over : List.of(profile.workload(), asked)) {
      for (String parameter : over.keySet()) {
        if (workloads.values().stream().noneMatch(w -> knows.test(w.type(), parameter))) {
          throw new BadInputException(
              "no workload of experiment "
                  + experiment.name()
                  + " has a parameter '"
                  + parameter
                  + "': see shortpath list");
        }
      }
    }
    for (String name : parameters.keySet()) {
      if (name.contains(".")) {
        workloadsExist(Experiment.WORKLOAD_FACTOR, List.of(name.substring(0, name.indexOf('.'))));
      }
    }
    return workloads;
  }

  private static Map<String, String> known(
      Map<String, String> over, WorkloadSpec spec, BiPredicate<String, String> knows) {
    Map<String, String> known = new LinkedHashMap<>(over);
    known.keySet().removeIf(parameter -> !knows.test(spec.type(), parameter));
    return known;
  }

  /** The parameters that the command line gives to a single workload. */
  private Map<String, String> ofOne(String workload) {
    Map<String, String> own = new LinkedHashMap<>();
    parameters.forEach(
        (name, value) -> {
          if (name.startsWith(workload + ".")) {
            own.put(name.substring(workload.length() + 1), value);
          }
        });
    return own;
  }

  private static Factor factor(String name, List<String> levels) {
    try {
      return new Factor(name, levels);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(e.getMessage(), e);
    }
  }
}
