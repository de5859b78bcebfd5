package dev.shortpath.reports.data;

import dev.shortpath.harness.analysis.TrendLine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The trends of the first analysis: all lines of one together. */
public final class Trends {
  private Trends() {}

  /** Lines of the same metric, statistic and factor, in the order of the analysis. */
  public static List<List<TrendLine>> of(ReportData data) {
    Map<List<String>, List<TrendLine>> trends = new LinkedHashMap<>();
    for (TrendLine t : data.first().trends()) {
      trends
          .computeIfAbsent(List.of(t.metric(), t.statistic(), t.over()), k -> new ArrayList<>())
          .add(t);
    }
    return List.copyOf(trends.values());
  }

  /** One scale for all slopes: that of the steepest. */
  public static Scale slopes(List<TrendLine> lines) {
    double steepest =
        lines.stream()
            .filter(l -> l.slope() != null)
            .mapToDouble(l -> Math.abs(l.slope().value()))
            .max()
            .orElse(0);
    String unit = lines.get(0).unit();
    return unit.equals("ns") && steepest < 1000 ? new Scale("ns", 1) : Scale.of(unit, steepest);
  }
}
