package dev.shortpath.reports.data;

import dev.shortpath.harness.analysis.Comparison;
import dev.shortpath.harness.analysis.Estimate;
import dev.shortpath.harness.analysis.Interval;
import dev.shortpath.harness.analysis.Summary;
import dev.shortpath.harness.experiment.Experiment;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Ratios of one metric in one stratum between two levels of the compared factor, along the numeric
 * factor.
 *
 * @param metric one that claims are about
 * @param from level of the compared factor on the baseline's side
 * @param to level of the compared factor on the treatment's side
 * @param stratum levels of the other factors that the run varies
 * @param ratios by numeric level and statistic, joined by a blank
 */
public record RatioSeries(
    String metric, String from, String to, Map<String, String> stratum, Map<String, Ratio> ratios) {
  /** In the order of Leiter's figures. */
  public static final List<String> STATISTICS = List.of("min", "max", "mean", "p50", "sd");

  /**
   * A ratio, treatment to baseline.
   *
   * @param value of the two figures
   * @param interval null where there is none
   */
  public record Ratio(double value, Interval interval) {}

  /** What the first analysis compares along the numeric factor. */
  public static List<RatioSeries> of(ReportData data) {
    if (data.sweep().isEmpty() || data.sweep().get().lines().isEmpty()) {
      return List.of();
    }
    Sweep sweep = data.sweep().get();
    Set<String> judged =
        data.first().judgements().stream().map(j -> j.claim().metric()).collect(Collectors.toSet());
    Map<List<Object>, RatioSeries> all = new LinkedHashMap<>();
    Map<List<String>, Summary> summaries = new HashMap<>();
    data.first().summaries().forEach(s -> summaries.put(List.of(s.metric(), s.treatment()), s));
    for (Comparison c : ReportData.comparisons(data.first())) {
      Map<String, String> changed = data.treatments().changed(c.baseline(), c.treatment());
      if (judged.contains(c.metric())
          && changed.keySet().equals(Set.of(sweep.lines()))
          && c.statistic().equals(c.baselineStatistic())) {
        add(data, sweep, c, all, summaries);
      }
    }
    return all.values().stream().filter(s -> s.levels().size() > 1).toList();
  }

  private static void add(
      ReportData data,
      Sweep sweep,
      Comparison c,
      Map<List<Object>, RatioSeries> all,
      Map<List<String>, Summary> summaries) {
    Map<String, String> stratum = data.treatments().shared(c.baseline(), c.treatment());
    String level = stratum.remove(sweep.factor());
    stratum.remove(Experiment.WORKLOAD_FACTOR);
    if (level == null) {
      return;
    }
    String from = data.treatments().level(c.baseline(), sweep.lines());
    String to = data.treatments().level(c.treatment(), sweep.lines());
    RatioSeries series =
        all.computeIfAbsent(
            List.of(c.metric(), from, to, stratum),
            k -> new RatioSeries(c.metric(), from, to, stratum, new HashMap<>()));
    Interval interval = c.ratio().interval();
    series.ratios.put(level + " " + c.statistic(), new Ratio(c.ratio().value(), interval));
    for (String extreme : List.of("min", "max")) {
      Double ratio =
          ratio(
              summaries.get(List.of(c.metric(), c.baseline())),
              summaries.get(List.of(c.metric(), c.treatment())),
              extreme);
      if (ratio != null) {
        series.ratios.putIfAbsent(level + " " + extreme, new Ratio(ratio, null));
      }
    }
  }

  private static Double ratio(Summary baseline, Summary treatment, String statistic) {
    Estimate b = baseline == null ? null : baseline.statistics().get(statistic);
    Estimate t = treatment == null ? null : treatment.statistics().get(statistic);
    return b == null || t == null || !(b.value() > 0) ? null : t.value() / b.value();
  }

  /** Treatment and baseline: {@code ebpf / iptables}. */
  public String sides() {
    return to + " / " + from;
  }

  /** The ratio of a statistic at a level; null where there is none. */
  public Ratio of(String level, String statistic) {
    return ratios.get(level + " " + statistic);
  }

  /** Whether a group of claims is about these ratios. */
  public boolean matches(Group g) {
    return g.metric().equals(metric)
        && g.from().equals(from)
        && g.to().equals(to)
        && STATISTICS.contains(g.statistic())
        && stratum.entrySet().containsAll(g.stratum().entrySet());
  }

  private Set<String> levels() {
    return ratios.keySet().stream().map(k -> k.split(" ")[0]).collect(Collectors.toSet());
  }
}
