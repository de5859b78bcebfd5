package dev.shortpath.testbed.run;

import dev.shortpath.harness.experiment.Experiment;
import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.TestbedException;
import java.util.List;
import java.util.Map;

/**
 * The levels that a treatment gives to a topology's factors.
 *
 * @param topology its name
 * @param treatment names no factor but the topology's and the one that chooses the workload
 * @param factors of the topology, each with its levels; none for one whose levels are numbers
 */
public record Levels(String topology, Treatment treatment, Map<String, List<String>> factors) {
  /**
   * The levels of a treatment.
   *
   * @throws TestbedException when it names a factor that the topology cannot switch
   */
  public static Levels of(String topology, Treatment treatment, Map<String, List<String>> factors)
      throws TestbedException {
    for (String factor : treatment.levels().keySet()) {
      if (!factors.containsKey(factor) && !factor.equals(Experiment.WORKLOAD_FACTOR)) {
        throw new TestbedException(
            "topology " + topology + " cannot switch factor '" + factor + "'");
      }
    }
    return new Levels(topology, treatment, factors);
  }

  /**
   * A factor's level; the first one where the experiment does not vary it.
   *
   * @throws TestbedException when the factor has no such level
   */
  public String of(String factor) throws TestbedException {
    List<String> known = factors.get(factor);
    String level = treatment.level(factor, known.get(0));
    if (!known.contains(level)) {
      throw new TestbedException(
          "topology "
              + topology
              + ": factor "
              + factor
              + " has no level '"
              + level
              + "'; it has "
              + String.join(", ", known));
    }
    return level;
  }

  /**
   * A factor's level as a number; {@code otherwise} where the experiment does not vary it.
   *
   * @throws TestbedException when it is none from 0 to {@code most}
   */
  public int number(String factor, int otherwise, int most) throws TestbedException {
    String level = treatment.level(factor, Integer.toString(otherwise));
    if (!level.matches("[0-9]{1,9}") || Integer.parseInt(level) > most) {
      throw new TestbedException(
          "topology %s: factor %s has level '%s': use a number from 0 to %d"
              .formatted(topology, factor, level, most));
    }
    return Integer.parseInt(level);
  }
}
