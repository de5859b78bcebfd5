package dev.shortpath.reports.data;

import dev.shortpath.harness.analysis.Analysis;
import dev.shortpath.harness.experiment.Factor;
import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.store.RunRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The treatments of a run: their order and how they are called in a report. */
public final class Treatments {
  private final List<Factor> factors;
  private final Map<String, Treatment> byId = new LinkedHashMap<>();
  private final Map<String, Integer> places = new HashMap<>();
  private final Map<String, Set<String>> levels = new HashMap<>();

  private Treatments(List<Factor> factors) {
    this.factors = factors;
  }

  static Treatments of(RunRecord run, List<Analysis> analyses) {
    Treatments treatments = new Treatments(run.experiment().factors());
    Map<String, Treatment> all = new TreeMap<>();
    run.plan().forEach(t -> all.put(t.treatment().id(), t.treatment()));
    for (Analysis analysis : analyses) {
      analysis.summaries().forEach(s -> all.putIfAbsent(s.treatment(), new Treatment(s.levels())));
    }
    List<Map.Entry<String, Treatment>> sorted = new ArrayList<>(all.entrySet());
    Comparator<Map.Entry<String, Treatment>> order = Comparator.comparing(e -> 0);
    for (Factor factor : treatments.factors) {
      order =
          order.thenComparing(e -> factor.levels().indexOf(e.getValue().level(factor.name(), "")));
    }
    sorted.sort(order.thenComparing(Map.Entry::getKey));
    sorted.forEach(e -> treatments.add(e.getKey(), e.getValue()));
    return treatments;
  }

  private void add(String id, Treatment treatment) {
    places.put(id, places.size());
    byId.put(id, treatment);
    factors.forEach(
        f ->
            levels
                .computeIfAbsent(f.name(), n -> new HashSet<>())
                .add(treatment.level(f.name(), "")));
    treatment
        .levels()
        .forEach((f, level) -> levels.computeIfAbsent(f, n -> new HashSet<>()).add(level));
  }

  /** Their ids, in the order of the experiment's factors and levels. */
  public List<String> ids() {
    return List.copyOf(byId.keySet());
  }

  /** A treatment's place in that order, from 0; its colour follows from it. */
  public int index(String id) {
    return places.getOrDefault(id, 0);
  }

  /** A treatment's level of a factor; empty where it has none. */
  public String level(String id, String factor) {
    return byId.containsKey(id) ? byId.get(id).level(factor, "") : "";
  }

  /** How a treatment is called: its levels of the factors that the run varies. */
  public String label(String id) {
    Treatment treatment = byId.get(id);
    return treatment == null ? id.replace(",", ", ") : label(treatment.levels());
  }

  /** How a treatment is called beside others: its levels of the factors in which these differ. */
  public String label(String id, List<String> others) {
    return byId.containsKey(id) && !differing(others).isEmpty()
        ? label(only(id, differing(others)))
        : label(id);
  }

  /** What the run varies and these have in common, as a sentence; empty where that is nothing. */
  public String common(List<String> ids) {
    Set<String> differing = differing(ids);
    Set<String> common =
        factors.stream()
            .map(Factor::name)
            .filter(name -> varied(name) && !differing.contains(name))
            .filter(name -> !ids.isEmpty() && !level(ids.get(0), name).isEmpty())
            .collect(Collectors.toSet());
    return common.isEmpty() || differing.isEmpty()
        ? ""
        : " All with " + label(only(ids.get(0), common)) + ".";
  }

  private Set<String> differing(List<String> ids) {
    return levels.keySet().stream()
        .filter(name -> ids.stream().map(id -> level(id, name)).distinct().count() > 1)
        .collect(Collectors.toSet());
  }

  private Map<String, String> only(String id, Set<String> names) {
    Map<String, String> some = new LinkedHashMap<>(byId.get(id).levels());
    some.keySet().retainAll(names);
    return some;
  }

  /** How some levels are called, in the experiment's order: {@code mesh=ambient, shortcut=off}. */
  public String label(Map<String, String> levels) {
    Map<String, String> ordered = new LinkedHashMap<>();
    for (Factor factor : factors) {
      String level = levels.get(factor.name());
      if (level != null && (varied(factor.name()) || levels.size() == 1)) {
        ordered.put(factor.name(), level);
      }
    }
    new TreeMap<>(levels)
        .forEach(
            (name, level) -> {
              if (factors.stream().noneMatch(f -> f.name().equals(name))) {
                ordered.put(name, level);
              }
            });
    if (ordered.isEmpty()) {
      ordered.putAll(new TreeMap<>(levels));
    }
    return ordered.entrySet().stream()
        .map(e -> e.getKey() + "=" + e.getValue())
        .collect(Collectors.joining(", "));
  }

  /** The levels of the factors that the run does not vary; empty where it varies all. */
  public String constant() {
    return factors.stream()
        .map(Factor::name)
        .filter(name -> levels.getOrDefault(name, Set.of()).size() == 1)
        .map(name -> name + "=" + levels.get(name).iterator().next())
        .filter(level -> !level.endsWith("="))
        .collect(Collectors.joining(", "));
  }

  /** Levels in which two treatments differ, as the second has them. */
  public Map<String, String> changed(String from, String to) {
    return split(from, to, false);
  }

  /** Levels that two treatments share. */
  public Map<String, String> shared(String from, String to) {
    return split(from, to, true);
  }

  private Map<String, String> split(String from, String to, boolean equal) {
    Map<String, String> levels = new LinkedHashMap<>();
    Treatment a = byId.get(from);
    Treatment b = byId.get(to);
    if (a != null && b != null) {
      b.levels()
          .forEach(
              (name, level) -> {
                if (level.equals(a.level(name, null)) == equal && (!equal || varied(name))) {
                  levels.put(name, level);
                }
              });
    }
    return levels;
  }

  /** Whether the run has more than one level of a factor. */
  public boolean varied(String factor) {
    return levels.getOrDefault(factor, Set.of()).size() > 1;
  }
}
