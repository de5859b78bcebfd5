package dev.shortpath.harness.analysis;

import dev.shortpath.harness.experiment.Claim;
import dev.shortpath.harness.experiment.Experiment;
import dev.shortpath.harness.experiment.Factor;
import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.experiment.Trial;
import dev.shortpath.harness.store.RunRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Which treatments of a run a claim compares. */
final class Strata {
  /**
   * Two treatments that a claim sets against each other.
   *
   * @param baseline one side
   * @param treatment the other
   * @param stratum levels of the factors that the claim leaves open and its pairs vary
   */
  record Pair(Treatment baseline, Treatment treatment, Map<String, String> stratum) {}

  private final List<Treatment> treatments;

  Strata(Experiment experiment, List<Treatment> planned) {
    List<Factor> factors = experiment.factors();
    Comparator<Treatment> order = Comparator.comparing(t -> 0);
    for (Factor factor : factors) {
      order = order.thenComparingInt(t -> factor.levels().indexOf(t.level(factor.name(), "")));
    }
    treatments =
        planned.stream()
            .distinct()
            .sorted(order.thenComparing(Treatment::id))
            .collect(Collectors.toUnmodifiableList());
  }

  static Strata of(RunRecord run) {
    return new Strata(
        run.experiment(), run.plan().stream().map(Trial::treatment).collect(Collectors.toList()));
  }

  /** The run's treatments, in the order of the experiment's factors and levels. */
  List<Treatment> treatments() {
    return treatments;
  }

  /** The pairs of a claim, one for each stratum; none where the run lacks one of its sides. */
  List<Pair> of(Claim claim) {
    List<List<Treatment>> pairs = new ArrayList<>();
    for (Treatment baseline : treatments) {
      if (baseline.matches(claim.baseline())) {
        for (Treatment treatment : treatments) {
          if (!baseline.equals(treatment)
              && treatment.matches(claim.treatment())
              && agree(claim, baseline, treatment)) {
            pairs.add(List.of(baseline, treatment));
          }
        }
      }
    }
    Set<String> open = varied(pairs.stream().map(pair -> pair.get(0)).collect(Collectors.toList()));
    open.removeAll(claim.baseline().keySet());
    open.removeAll(claim.treatment().keySet());
    return pairs.stream()
        .map(pair -> new Pair(pair.get(0), pair.get(1), only(open, pair.get(0))))
        .collect(Collectors.toList());
  }

  /** Whether the run was to measure what a claim compares. */
  boolean asked(Claim claim) {
    return !of(claim).isEmpty();
  }

  /** A factor that a side does not name has the same level on both sides. */
  private static boolean agree(Claim claim, Treatment baseline, Treatment treatment) {
    return baseline.levels().entrySet().stream()
        .filter(
            e ->
                !claim.baseline().containsKey(e.getKey())
                    || !claim.treatment().containsKey(e.getKey()))
        .allMatch(e -> e.getValue().equals(treatment.levels().get(e.getKey())));
  }

  /**
   * Treatments that differ in the level of one factor alone, group by group, at least two in each;
   * a group's in ascending order of that level as a number.
   */
  List<List<Treatment>> along(String factor) {
    Map<Map<String, String>, List<Treatment>> groups = new LinkedHashMap<>();
    for (Treatment treatment : treatments) {
      if (treatment.levels().containsKey(factor)) {
        Map<String, String> others = new LinkedHashMap<>(treatment.levels());
        others.remove(factor);
        groups.computeIfAbsent(others, k -> new ArrayList<>()).add(treatment);
      }
    }
    groups.values().removeIf(group -> group.size() < 2);
    groups
        .values()
        .forEach(group -> group.sort(Comparator.comparingDouble(t -> number(t, factor))));
    return List.copyOf(groups.values());
  }

  /** A level as a number. */
  static double number(Treatment treatment, String factor) {
    return Double.parseDouble(treatment.level(factor, ""));
  }

  /** The factors that have several levels among these treatments. */
  static Set<String> varied(List<Treatment> among) {
    Map<String, Set<String>> seen = new LinkedHashMap<>();
    for (Treatment treatment : among) {
      treatment
          .levels()
          .forEach(
              (factor, level) ->
                  seen.computeIfAbsent(factor, f -> new LinkedHashSet<>()).add(level));
    }
    seen.values().removeIf(levels -> levels.size() < 2);
    return new LinkedHashSet<>(seen.keySet());
  }

  /** The levels of these factors alone. */
  static Map<String, String> only(Set<String> factors, Treatment treatment) {
    Map<String, String> levels = new LinkedHashMap<>(treatment.levels());
    levels.keySet().retainAll(factors);
    return levels;
  }
}
