package dev.shortpath.harness.analysis;

import dev.shortpath.harness.experiment.Claim;
import dev.shortpath.harness.experiment.Experiment;
import dev.shortpath.harness.experiment.Factor;
import dev.shortpath.harness.experiment.Treatment;
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
   * @param stratum levels of the factors that the claim leaves open and the run varies
   */
  record Pair(Treatment baseline, Treatment treatment, Map<String, String> stratum) {}

  private final List<Treatment> treatments;
  private final Set<String> varied = new LinkedHashSet<>();

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
    Map<String, Set<String>> seen = new LinkedHashMap<>();
    for (Treatment treatment : treatments) {
      treatment
          .levels()
          .forEach(
              (factor, level) ->
                  seen.computeIfAbsent(factor, f -> new LinkedHashSet<>()).add(level));
    }
    seen.forEach(
        (factor, levels) -> {
          if (levels.size() > 1) {
            varied.add(factor);
          }
        });
  }

  /** The run's treatments, in the order of the experiment's factors and levels. */
  List<Treatment> treatments() {
    return treatments;
  }

  /** The pairs of a claim, one for each stratum; none where the run lacks one of its sides. */
  List<Pair> of(Claim claim) {
    List<Pair> pairs = new ArrayList<>();
    for (Treatment baseline : treatments) {
      for (Treatment treatment : treatments) {
        if (!baseline.equals(treatment)
            && baseline.matches(claim.baseline())
            && treatment.matches(claim.treatment())
            && agree(claim, baseline, treatment)) {
          pairs.add(new Pair(baseline, treatment, stratum(claim, baseline)));
        }
      }
    }
    return pairs;
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

  private Map<String, String> stratum(Claim claim, Treatment treatment) {
    Map<String, String> stratum = new LinkedHashMap<>(treatment.levels());
    stratum
        .keySet()
        .removeIf(
            factor ->
                !varied.contains(factor)
                    || claim.baseline().containsKey(factor)
                    || claim.treatment().containsKey(factor));
    return stratum;
  }
}
