package dev.shortpath.reports.data;

import dev.shortpath.harness.analysis.Judgement;
import dev.shortpath.harness.analysis.Verdict;
import dev.shortpath.harness.experiment.Claim;
import dev.shortpath.harness.experiment.Experiment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Claims that say the same of one level of a sweep's factor after the other: a column of a table in
 * their source.
 *
 * @param source paper and table
 * @param metric what they are about
 * @param statistic of that metric, on both sides
 * @param from what the baseline has and the treatment has not
 * @param to what the treatment has instead
 * @param stratum levels of the other factors that the run varies
 * @param points judgements by numeric level, two or more
 */
public record Group(
    String source,
    String metric,
    String statistic,
    String from,
    String to,
    Map<String, String> stratum,
    Map<String, Judgement> points) {
  private record Key(
      String source,
      String metric,
      String statistic,
      String from,
      String to,
      Map<String, String> stratum) {}

  /** The groups of a run's judgements, in their order; none where the run has no sweep. */
  public static List<Group> of(ReportData data) {
    if (data.sweep().isEmpty()) {
      return List.of();
    }
    Sweep sweep = data.sweep().get();
    Map<Key, Map<String, Judgement>> groups = new LinkedHashMap<>();
    for (Judgement j : data.first().judgements()) {
      String level = levels(j).get(sweep.factor());
      Key key = key(data, sweep, j);
      if (level != null && key != null && sweep.levels().contains(level)) {
        groups
            .computeIfAbsent(
                key, k -> new TreeMap<>(java.util.Comparator.comparingDouble(Double::parseDouble)))
            .putIfAbsent(level, j);
      }
    }
    List<Group> all = new ArrayList<>();
    groups.forEach(
        (k, points) -> {
          if (points.size() > 1) {
            all.add(new Group(k.source, k.metric, k.statistic, k.from, k.to, k.stratum, points));
          }
        });
    return all;
  }

  /** The judgements that stand in no group. */
  public static List<Judgement> alone(ReportData data, List<Group> groups) {
    Map<String, Boolean> grouped = new HashMap<>();
    groups.forEach(
        g -> g.points().values().forEach(j -> grouped.put(Verdicts.name(data, j), true)));
    return data.first().judgements().stream()
        .filter(j -> !grouped.containsKey(Verdicts.name(data, j)))
        .toList();
  }

  /** Treatment and baseline: {@code ebpf / iptables}. */
  public String sides() {
    return to + " / " + from;
  }

  /** How many of its judgements say so, those aside that had nothing to judge. */
  public long count(Verdict verdict) {
    return points.values().stream()
        .filter(Verdicts::judged)
        .filter(j -> j.verdict() == verdict)
        .count();
  }

  /** How many had nothing to judge. */
  public long unjudged() {
    return points.values().stream().filter(j -> !Verdicts.judged(j)).count();
  }

  /** The published ratios that there are. */
  public List<Double> published() {
    return points.values().stream().map(Verdicts::ratio).filter(Objects::nonNull).toList();
  }

  private static Key key(ReportData data, Sweep sweep, Judgement j) {
    Claim claim = j.claim();
    Map<String, String> from = other(claim.baseline(), claim.treatment());
    Map<String, String> to = other(claim.treatment(), claim.baseline());
    if (from.isEmpty()
        || !from.keySet().equals(to.keySet())
        || from.containsKey(sweep.factor())
        || !claim.statistic().equals(claim.baselineStatistic())) {
      return null;
    }
    Map<String, String> stratum = levels(j);
    stratum.keySet().removeAll(from.keySet());
    stratum.remove(sweep.factor());
    if (claim.treatment().containsKey(Experiment.WORKLOAD_FACTOR)) {
      stratum.remove(Experiment.WORKLOAD_FACTOR); // The metric says it.
    }
    stratum.keySet().removeIf(factor -> !data.treatments().varied(factor));
    String source = claim.source() == null ? "" : claim.source();
    return new Key(source, claim.metric(), claim.statistic(), words(from), words(to), stratum);
  }

  /** Levels of {@code side} that {@code than} has otherwise. */
  private static Map<String, String> other(Map<String, String> side, Map<String, String> than) {
    Map<String, String> levels = new LinkedHashMap<>(side);
    levels.entrySet().removeAll(than.entrySet());
    return levels;
  }

  private static String words(Map<String, String> levels) {
    return String.join(", ", levels.values());
  }

  private static Map<String, String> levels(Judgement j) {
    Map<String, String> levels = new LinkedHashMap<>(j.claim().treatment());
    if (j.stratum() != null) {
      levels.putAll(j.stratum());
    }
    return levels;
  }
}
