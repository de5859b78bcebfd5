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

  /** Every combination of the factors' levels, the last factor fastest. */
  public static List<Treatment> treatments(List<Factor> factors) {
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
   * treatment (and the second arm of every A/A pair) in an order drawn from {@code seed}. The same
   * seed gives the same order on every JVM ({@link Random}'s generator is specified).
   */
  public static List<Trial> trials(Experiment experiment, int blocks, long seed) {
    Random random = new Random(seed);
    List<Treatment> treatments = treatments(experiment.factors());
    List<Trial> plan = new ArrayList<>();
    for (int block = 1; block <= blocks; block++) {
      List<Trial> trials = new ArrayList<>();
      for (Treatment treatment : treatments) {
        trials.add(new Trial(0, block, treatment, 1));
        if (experiment.repeated().stream().anyMatch(treatment::matches)) {
          trials.add(new Trial(0, block, treatment, 2));
        }
      }
      Collections.shuffle(trials, random);
      for (Trial trial : trials) {
        plan.add(new Trial(plan.size() + 1, block, trial.treatment(), trial.replica()));
      }
    }
    return plan;
  }
}
