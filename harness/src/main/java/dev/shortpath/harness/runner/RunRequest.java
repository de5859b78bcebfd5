package dev.shortpath.harness.runner;

import dev.shortpath.harness.catalog.BadInputException;
import dev.shortpath.harness.experiment.Experiment;
import dev.shortpath.harness.experiment.Factor;
import dev.shortpath.harness.experiment.Profile;
import dev.shortpath.harness.experiment.WorkloadSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What somebody asks to be run.
 *
 * @param experiment as it was read
 * @param profile name of one of its profiles
 * @param levels levels that replace a factor's own, by factor name
 * @param parameters laid over every workload's
 * @param blocks replaces the profile's number of blocks; 0 keeps it
 * @param testbed the provider's name
 * @param seed of the order of trials
 * @param commandLine as it was typed
 */
public record RunRequest(
    Experiment experiment,
    String profile,
    Map<String, List<String>> levels,
    Map<String, String> parameters,
    int blocks,
    String testbed,
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
    return blocks == 0 ? found : new Profile(blocks, found.workload(), found.levels());
  }

  /** The experiment with profile and overrides applied: what is stored and carried out. */
  public Experiment effective() {
    Profile profile = effectiveProfile();
    for (String name : levels.keySet()) {
      if (experiment.factors().stream().noneMatch(f -> f.name().equals(name))) {
        throw new BadInputException(
            "experiment "
                + experiment.name()
                + " has no factor '"
                + name
                + "'; it has "
                + experiment.factors().stream().map(Factor::name).toList());
      }
    }
    List<Factor> factors = new ArrayList<>();
    for (Factor factor : experiment.factors()) {
      List<String> chosen =
          levels.getOrDefault(
              factor.name(), profile.levels().getOrDefault(factor.name(), factor.levels()));
      factors.add(factor(factor.name(), chosen));
    }
    Map<String, WorkloadSpec> workloads = new LinkedHashMap<>();
    experiment
        .workloads()
        .forEach(
            (name, spec) -> workloads.put(name, spec.with(profile.workload()).with(parameters)));
    return new Experiment(
        experiment.name(),
        experiment.title(),
        experiment.description(),
        experiment.topology(),
        experiment.parameters(),
        factors,
        workloads,
        experiment.repeated(),
        experiment.claims(),
        Map.of(this.profile, profile));
  }

  private static Factor factor(String name, List<String> levels) {
    try {
      return new Factor(name, levels);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(e.getMessage(), e);
    }
  }
}
