package dev.shortpath.reports.html;

import dev.shortpath.harness.analysis.Estimate;
import dev.shortpath.harness.analysis.Interval;
import dev.shortpath.harness.analysis.TrendLine;
import dev.shortpath.reports.data.Figures;
import dev.shortpath.reports.data.Lead;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.data.Scale;
import dev.shortpath.reports.data.Sweep;
import dev.shortpath.reports.data.Sweep.Point;
import dev.shortpath.reports.data.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A sweep's answer in one sentence: what becomes of each line from one end to the other. */
final class SweepHeadline {
  private SweepHeadline() {}

  static String of(ReportData data, Lead lead) {
    Sweep sweep = data.sweep().orElseThrow();
    Scale scale = Topics.scale(data, lead.metric(), List.of(lead.panel()), lead.statistic());
    List<String> lines = new ArrayList<>();
    lead.panel()
        .lines()
        .forEach(
            (level, line) -> {
              String one = one(data, lead, line, scale);
              if (!one.isEmpty()) {
                lines.add((level.isEmpty() ? "" : level + " ") + one);
              }
            });
    Map<String, String> stratum = lead.panel().stratum();
    List<String> levels = sweep.levels();
    return (data.imported() ? "In these published data, the " : "Here, the ")
        + Figures.statistic(lead.statistic())
        + " of "
        + lead.metric()
        + " from "
        + sweep.written(levels.get(0))
        + " to "
        + sweep.written(levels.get(levels.size() - 1))
        + " "
        + sweep.factor()
        + (stratum.isEmpty() ? "" : " (" + data.treatments().label(stratum) + ")")
        + ": "
        + String.join("; ", lines)
        + ".";
  }

  private static String one(ReportData data, Lead lead, List<Point> line, Scale scale) {
    String statistic = lead.statistic();
    Estimate from = Lead.first(line, statistic);
    Estimate to = Lead.last(line, statistic);
    if (from == null || to == null || line.size() < 2) {
      return "";
    }
    String text = scale.text(from.value()) + " → " + scale.text(to.value()) + " " + scale.symbol();
    if (!(from.value() > 0)) {
      return text.strip();
    }
    Interval interval = interval(data, lead, line);
    return text.strip()
        + " ("
        + Figures.change(to.value() / from.value())
        + (interval == null ? "" : ", " + Figures.change(interval))
        + ")";
  }

  /** Of the trend that holds both ends of a line; null where none was asked for. */
  private static Interval interval(ReportData data, Lead lead, List<Point> line) {
    return data.first().trends().stream()
        .filter(t -> t.metric().equals(lead.metric()) && t.statistic().equals(lead.statistic()))
        .filter(t -> t.ratio() != null && holds(t, line.get(0)))
        .filter(t -> holds(t, line.get(line.size() - 1)))
        .findFirst()
        .map(t -> t.ratio().interval())
        .orElse(null);
  }

  private static boolean holds(TrendLine trend, Point point) {
    return trend.points().stream().anyMatch(p -> p.treatment().equals(point.summary().treatment()));
  }
}
