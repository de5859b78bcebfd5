package dev.shortpath.harness.catalog;

import dev.shortpath.harness.experiment.Claim;
import dev.shortpath.harness.experiment.Experiment;
import dev.shortpath.harness.experiment.Factor;
import dev.shortpath.harness.experiment.Profile;
import dev.shortpath.harness.experiment.PublishedAt;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** What a schema cannot say: that an experiment's parts fit together. */
final class ExperimentChecks {
  private final ExperimentFile file;

  ExperimentChecks(ExperimentFile file) {
    this.file = file;
  }

  Experiment checked(Experiment e) {
    each(e.repeated(), (i, levels) -> levels(e, "/repeated/" + i, levels));
    claims(e);
    each(e.slow(), (i, factor) -> factor(e, "/slow/" + i, factor));
    exclude(e, "/exclude/", e.exclude());
    each(e.trends(), (i, trend) -> trend(e, "/trends/" + i + "/over", trend.over()));
    e.profiles().forEach((name, profile) -> profile(e, "/profiles/" + name, profile));
    workloads(e);
    return e;
  }

  private void claims(Experiment e) {
    Set<String> ids = new HashSet<>();
    each(
        e.claims(),
        (i, claim) -> {
          String at = "/claims/" + i;
          if (!ids.add(claim.id())) {
            throw file.wrong(
                at + "/id", "'" + claim.id() + "' stands twice: give each claim its own");
          }
          levels(e, at + "/baseline", claim.baseline());
          levels(e, at + "/treatment", claim.treatment());
          each(
              claim.publishedAt(),
              (p, published) -> publishedAt(e, at + "/published/" + p + "/at", claim, published));
          if (claim.publishedTrials() != null
              && claim.published() == null
              && claim.publishedAt().isEmpty()) {
            throw file.wrong(at + "/published-trials", "is about figures: add published");
          }
        });
  }

  private void publishedAt(Experiment e, String pointer, Claim claim, PublishedAt published) {
    levels(e, pointer, published.at());
    for (String factor : published.at().keySet()) {
      if (claim.baseline().containsKey(factor) && claim.treatment().containsKey(factor)) {
        throw file.wrong(
            pointer + "/" + factor, "the claim names both sides' " + factor + " itself");
      }
    }
  }

  private void exclude(Experiment e, String pointer, List<Map<String, List<String>>> exclude) {
    each(
        exclude,
        (i, entry) ->
            entry.forEach(
                (name, levels) ->
                    each(
                        levels,
                        (l, level) ->
                            level(
                                e, pointer + i, name, pointer + i + "/" + name + "/" + l, level))));
  }

  private void trend(Experiment e, String pointer, String name) {
    for (String level : allLevels(e, factor(e, pointer, name))) {
      if (!level.matches("-?[0-9]+")) {
        throw file.wrong(
            pointer, "factor " + name + " has a level '" + level + "' that is no number");
      }
    }
  }

  private void profile(Experiment e, String pointer, Profile profile) {
    profile.levels().keySet().forEach(factor -> factor(e, pointer + "/levels/" + factor, factor));
    for (String name : profile.workloads().keySet()) {
      if (!e.workloads().containsKey(name)) {
        throw file.wrong(
            pointer + "/workloads/" + name,
            "no workload '" + name + "'; known: " + e.workloads().keySet());
      }
    }
    exclude(e, pointer + "/exclude/", profile.exclude());
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
    levels.forEach((name, level) -> level(e, pointer, name, pointer + "/" + name, level));
  }

  private void level(Experiment e, String pointer, String name, String at, String level) {
    List<String> known = allLevels(e, factor(e, pointer + "/" + name, name));
    if (!known.contains(level)) {
      throw file.wrong(at, "factor " + name + " has no level '" + level + "'; it has " + known);
    }
  }

  /** A factor's own levels and those that profiles and the command line may give it. */
  private static List<String> allLevels(Experiment e, Factor factor) {
    Stream<String> profiles =
        e.profiles().values().stream()
            .flatMap(p -> p.levels().getOrDefault(factor.name(), List.of()).stream());
    Stream<String> workloads =
        factor.name().equals(Experiment.WORKLOAD_FACTOR)
            ? e.workloads().keySet().stream()
            : Stream.empty();
    return Stream.of(factor.levels().stream(), profiles, workloads)
        .flatMap(levels -> levels)
        .distinct()
        .toList();
  }

  private Factor factor(Experiment e, String pointer, String name) {
    return e.factors().stream()
        .filter(f -> f.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                file.wrong(
                    pointer,
                    "no factor '"
                        + name
                        + "'; known: "
                        + e.factors().stream().map(Factor::name).toList()));
  }

  private static <T> void each(List<T> items, BiConsumer<Integer, T> check) {
    for (int i = 0; i < items.size(); i++) {
      check.accept(i, items.get(i));
    }
  }
}
