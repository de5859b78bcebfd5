package dev.shortpath.harness.experiment;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** From an experiment to its treatments and the order of its trials. Pure functions. */
public final class Plan {
  private Plan() {}

  /** Every treatment that is planned: all combinations but the excluded ones. */
  public static List<Treatment> treatments(Experiment experiment) {
    return combinations(experiment.factors()).stream()
        .filter(treatment -> !experiment.excluded(treatment))
        .toList();
  }

  /** Every combination of the factors' levels, the last factor fastest. */
  public static List<Treatment> combinations(List<Factor> factors) {
    List<Map<String, String>> combinations = List.of(Map.of());
    for (Factor factor : factors) {
      List<Map<String, String>> next = new ArrayList<>();
      for (Map<String, String> combination : combinations) {
        for (String level : factor.levels()) {
          Map<String, String> longer = new LinkedHashMap<>(combination);
          longer.put(factor.name(), level);
          next.add(longer);
        }
      }
      combinations = next;
    }
    return combinations.stream().map(Treatment::new).toList();
  }

  /**
   * The trials in the order of their execution: blocks one after the other, within a block every
   * treatment (and the second arm of every A/A pair) in an order drawn from {@code seed}. Trials
   * that share the levels of the {@link Experiment#slow} factors stand together: a block begins
   * with the group that the one before ended with, the others come in random order, and so do the
   * trials of a group. Each block draws its own order, so that a drift cannot line up with a level.
   * The same seed gives the same order on every JVM ({@link Random}'s generator is specified).
   */
  public static List<Trial> trials(Experiment experiment, int blocks, long seed) {
    Random random = new Random(seed);
    List<Treatment> treatments = treatments(experiment);
    List<Trial> plan = new ArrayList<>();
    List<String> standing = List.of();
    for (int block = 1; block <= blocks; block++) {
      Map<List<String>, List<Trial>> groups = groups(experiment, treatments, block);
      List<List<String>> order = new ArrayList<>(groups.keySet());
      Collections.shuffle(order, random);
      if (order.remove(standing)) {
        order.add(0, standing);
      }
      standing = order.isEmpty() ? standing : order.get(order.size() - 1);
      for (List<String> slow : order) {
        List<Trial> group = groups.get(slow);
        Collections.shuffle(group, random);
        for (Trial trial : group) {
          plan.add(new Trial(plan.size() + 1, block, trial.treatment(), trial.replica()));
        }
      }
    }
    return plan;
  }

  /** One block's trials by the levels of the slow factors. */
  private static Map<List<String>, List<Trial>> groups(
      Experiment experiment, List<Treatment> treatments, int block) {
    Map<List<String>, List<Trial>> groups = new LinkedHashMap<>();
    for (Treatment treatment : treatments) {
      List<Trial> group =
          groups.computeIfAbsent(
              experiment.slow().stream().map(factor -> treatment.level(factor, "")).toList(),
              levels -> new ArrayList<>());
      group.add(new Trial(0, block, treatment, 1));
      if (experiment.repeated().stream().anyMatch(treatment::matches)) {
        group.add(new Trial(0, block, treatment, 2));
      }
    }
    return groups;
  }
}
