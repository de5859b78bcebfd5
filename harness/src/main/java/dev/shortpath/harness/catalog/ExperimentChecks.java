package dev.shortpath.harness.catalog;

import dev.shortpath.harness.experiment.Claim;
import dev.shortpath.harness.experiment.Experiment;
import dev.shortpath.harness.experiment.Factor;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a schema cannot say: that an experiment's parts fit together. */
final class ExperimentChecks {
  private final ExperimentFile file;

  ExperimentChecks(ExperimentFile file) {
    this.file = file;
  }

  Experiment checked(Experiment e) {
    for (int i = 0; i < e.repeated().size(); i++) {
      levels(e, "/repeated/" + i, e.repeated().get(i));
    }
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < e.claims().size(); i++) {
      Claim claim = e.claims().get(i);
      String at = "/claims/" + i;
      if (!ids.add(claim.id())) {
        throw file.wrong(at + "/id", "'" + claim.id() + "' stands twice: give each claim its own");
      }
      levels(e, at + "/baseline", claim.baseline());
      levels(e, at + "/treatment", claim.treatment());
    }
    e.profiles()
        .forEach(
            (name, profile) ->
                profile
                    .levels()
                    .forEach(
                        (factor, levels) -> factor(e, "/profiles/" + name + "/levels", factor)));
    workloads(e);
    return e;
  }

  private void workloads(Experiment e) {
    Optional<Factor> chooser =
        e.factors().stream().filter(f -> f.name().equals(Experiment.WORKLOAD_FACTOR)).findFirst();
    if (e.workloads().size() == 1) {
      return;
    }
    if (chooser.isEmpty()) {
      throw file.wrong(
          "/workloads",
          "there are " + e.workloads().size() + ": add a factor 'workload' that chooses");
    }
    for (String level : chooser.get().levels()) {
      if (!e.workloads().containsKey(level)) {
        throw file.wrong(
            "/factors/workload", "no workload '" + level + "'; known: " + e.workloads().keySet());
      }
    }
  }

  private void levels(Experiment e, String pointer, Map<String, String> levels) {
    levels.forEach(
        (name, level) -> {
          Factor factor = factor(e, pointer, name);
          boolean known =
              factor.levels().contains(level)
                  || e.profiles().values().stream()
                      .anyMatch(p -> p.levels().getOrDefault(name, List.of()).contains(level));
          if (!known) {
            throw file.wrong(
                pointer + "/" + name,
                "factor " + name + " has no level '" + level + "'; it has " + factor.levels());
          }
        });
  }

  private Factor factor(Experiment e, String pointer, String name) {
    return e.factors().stream()
        .filter(f -> f.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                file.wrong(
                    pointer + "/" + name,
                    "no factor '"
                        + name
                        + "'; known: "
                        + e.factors().stream().map(Factor::name).toList()));
  }
}
