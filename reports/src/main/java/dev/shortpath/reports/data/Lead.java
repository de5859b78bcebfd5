package dev.shortpath.reports.data;

import dev.shortpath.harness.analysis.Estimate;
import dev.shortpath.reports.data.Sweep.Panel;
import dev.shortpath.reports.data.Sweep.Point;
import java.util.List;
import java.util.Optional;

/**
 * What stands on the first screen of a sweep: the first metric that is asked for, in the stratum in
 * which it changes most from the lowest level to the highest.
 *
 * @param metric its name
 * @param statistic which of its figures
 * @param panel the stratum
 * @param strata how many there are
 */
public record Lead(String metric, String statistic, Panel panel, int strata) {
  /** The lead of a run; empty where it has no sweep, or no figures at two levels. */
  public static Optional<Lead> of(ReportData data) {
    if (data.sweep().isEmpty()) {
      return Optional.empty();
    }
    for (String metric : Topics.metrics(data)) {
      String statistic = Topics.statistic(data, metric);
      List<Panel> panels = data.sweep().get().panels(data, metric);
      Panel most = null;
      for (Panel panel : panels) {
        if (most == null || change(panel, statistic) > change(most, statistic)) {
          most = panel;
        }
      }
      if (most != null) {
        return Optional.of(new Lead(metric, statistic, most, panels.size()));
      }
    }
    return Optional.empty();
  }

  /** The figure at a line's lowest level; null where there is none. */
  public static Estimate first(List<Point> line, String statistic) {
    return line.get(0).summary().statistics().get(statistic);
  }

  /** The figure at a line's highest level; null where there is none. */
  public static Estimate last(List<Point> line, String statistic) {
    return line.get(line.size() - 1).summary().statistics().get(statistic);
  }

  private static double change(Panel panel, String statistic) {
    return panel.lines().values().stream()
        .mapToDouble(
            line -> {
              Estimate from = first(line, statistic);
              Estimate to = last(line, statistic);
              boolean positive = from != null && to != null && from.value() > 0 && to.value() > 0;
              return positive ? Math.abs(Math.log(to.value() / from.value())) : 0;
            })
        .max()
        .orElse(0);
  }
}
