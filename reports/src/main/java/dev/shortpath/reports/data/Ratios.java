package dev.shortpath.reports.data;

import dev.shortpath.harness.analysis.Analysis;
import dev.shortpath.harness.analysis.Comparison;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Every comparison of an analysis, found by what it compares. */
public final class Ratios {
  private final Map<List<String>, Comparison> pairs = new LinkedHashMap<>();
  private final Map<List<String>, Comparison> first = new LinkedHashMap<>();

  private Ratios() {}

  /** Those of {@code analysis}: its judgements' first, then the further ones. */
  public static Ratios of(Analysis analysis) {
    Ratios ratios = new Ratios();
    for (Comparison c : ReportData.comparisons(analysis)) {
      if (c.statistic().equals(c.baselineStatistic())) {
        ratios.pairs.putIfAbsent(
            List.of(c.metric(), c.statistic(), c.baseline(), c.treatment()), c);
        ratios.first.putIfAbsent(List.of(c.metric(), c.statistic(), c.treatment()), c);
      }
    }
    return ratios;
  }

  /** The same statistic on both sides; null where it was not compared. */
  public Comparison of(String metric, String statistic, String baseline, String treatment) {
    return pairs.get(List.of(metric, statistic, baseline, treatment));
  }

  /**
   * What {@link #of(String, String, String)} sets against which baseline, of some metrics, each
   * once: {@code shortcut=sockmap / shortcut=off}.
   */
  public List<String> sides(Treatments treatments, Predicate<String> metric) {
    return first.values().stream()
        .filter(c -> metric.test(c.metric()))
        .map(
            c ->
                treatments.label(treatments.changed(c.baseline(), c.treatment()))
                    + " / "
                    + treatments.label(treatments.changed(c.treatment(), c.baseline())))
        .distinct()
        .toList();
  }

  /** A treatment held against the first baseline that it is compared with; null where with none. */
  public Comparison of(String metric, String statistic, String treatment) {
    return first.get(List.of(metric, statistic, treatment));
  }
}
