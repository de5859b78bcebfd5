package dev.shortpath.reports.data;

import dev.shortpath.harness.analysis.Summary;
import dev.shortpath.harness.experiment.Experiment;
import dev.shortpath.harness.experiment.Factor;
import dev.shortpath.harness.experiment.Trend;
import dev.shortpath.harness.experiment.Trial;
import dev.shortpath.harness.store.RunRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a run varies in numbers, and what it compares along the way. It follows from the plan and
 * the claims alone: the factor whose levels are numbers, the factor in which claims set a treatment
 * against a baseline, and all others, each combination of which is a stratum.
 *
 * @param factor the factor that figures are plotted against
 * @param levels its levels in this run, ascending; at least two
 * @param lines the factor whose levels are lines of a chart; empty where nothing else is varied
 */
public record Sweep(String factor, List<String> levels, String lines) {
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,15}");

  /**
   * Figures of one metric in one stratum.
   *
   * @param stratum levels of the other factors that this metric's figures vary in
   * @param lines by level of the compared factor, in the experiment's order
   */
  public record Panel(Map<String, String> stratum, Map<String, List<Point>> lines) {}

  /**
   * A metric under one treatment.
   *
   * @param x the numeric level
   * @param summary its figures
   */
  public record Point(double x, Summary summary) {}

  /** The sweep of a run; empty where no factor has two levels that are numbers. */
  static Optional<Sweep> of(RunRecord run) {
    Map<String, Set<String>> seen = new LinkedHashMap<>();
    run.experiment().factors().forEach(f -> seen.put(f.name(), new LinkedHashSet<>()));
    for (Trial trial : run.plan()) {
      trial
          .treatment()
          .levels()
          .forEach((f, level) -> seen.computeIfAbsent(f, n -> new LinkedHashSet<>()).add(level));
    }
    seen.values().removeIf(levels -> levels.size() < 2);
    List<String> asked = run.experiment().trends().stream().map(Trend::over).toList();
    return seen.entrySet().stream()
        .filter(e -> e.getValue().stream().allMatch(v -> NUMBER.matcher(v).matches()))
        .max(
            Comparator.comparingInt(
                e -> (asked.contains(e.getKey()) ? 1000 : 0) + e.getValue().size()))
        .map(
            e -> {
              Set<String> others = new LinkedHashSet<>(seen.keySet());
              others.remove(e.getKey());
              others.remove(Experiment.WORKLOAD_FACTOR);
              List<String> levels =
                  e.getValue().stream()
                      .sorted(Comparator.comparingDouble(Double::parseDouble))
                      .toList();
              return new Sweep(e.getKey(), levels, compared(run.experiment(), others, seen));
            });
  }

  /** The factor in which most claims set one level against another, else that of most levels. */
  private static String compared(
      Experiment experiment, Set<String> others, Map<String, Set<String>> seen) {
    String best = "";
    long most = -1;
    for (String factor : others) {
      long claims =
          experiment.claims().stream()
              .filter(c -> c.baseline().containsKey(factor) && c.treatment().containsKey(factor))
              .filter(c -> !c.baseline().get(factor).equals(c.treatment().get(factor)))
              .count();
      long weight = claims * 1000 + seen.get(factor).size();
      if (weight > most) {
        most = weight;
        best = factor;
      }
    }
    return best;
  }

  /** A level as a number. */
  public double number(String level) {
    return Double.parseDouble(level);
  }

  /** A level as people read it: its thousands apart. */
  public String written(String level) {
    return Figures.count(Long.parseLong(level));
  }

  /** The levels of the compared factor, in the experiment's order. */
  public List<String> compared(ReportData data) {
    return data.run().experiment().factors().stream()
        .filter(f -> f.name().equals(lines))
        .findFirst()
        .map(Factor::levels)
        .orElse(List.of());
  }

  /** What a metric shows, stratum by stratum, where it has figures at two levels or more. */
  public List<Panel> panels(ReportData data, String metric) {
    List<Summary> summaries =
        data.first().summaries().stream()
            .filter(s -> s.metric().equals(metric) && s.levels().containsKey(factor))
            .toList();
    Set<String> varied = varied(summaries);
    Map<Map<String, String>, Map<String, List<Point>>> panels = new LinkedHashMap<>();
    for (Summary s : summaries) {
      Map<String, String> stratum = new LinkedHashMap<>(s.levels());
      stratum.keySet().retainAll(varied);
      panels
          .computeIfAbsent(stratum, k -> new LinkedHashMap<>())
          .computeIfAbsent(s.levels().getOrDefault(lines, ""), k -> new ArrayList<>())
          .add(new Point(number(s.levels().get(factor)), s));
    }
    List<Panel> shown = new ArrayList<>();
    panels.forEach(
        (stratum, found) -> {
          Map<String, List<Point>> ordered = new LinkedHashMap<>();
          compared(data).forEach(level -> put(ordered, level, found.get(level)));
          found.forEach((level, points) -> put(ordered, level, points));
          if (ordered.values().stream().anyMatch(points -> points.size() > 1)) {
            shown.add(new Panel(stratum, ordered));
          }
        });
    return shown;
  }

  private static void put(Map<String, List<Point>> into, String level, List<Point> points) {
    if (points != null) {
      into.put(level, points.stream().sorted(Comparator.comparingDouble(Point::x)).toList());
    }
  }

  /** The other factors in which these figures differ. */
  private Set<String> varied(List<Summary> summaries) {
    Map<String, Set<String>> seen = new LinkedHashMap<>();
    for (Summary s : summaries) {
      s.levels()
          .forEach((f, level) -> seen.computeIfAbsent(f, n -> new LinkedHashSet<>()).add(level));
    }
    seen.values().removeIf(levels -> levels.size() < 2);
    seen.keySet().removeAll(Set.of(factor, lines));
    return seen.keySet();
  }
}
