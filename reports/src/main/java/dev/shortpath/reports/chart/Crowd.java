package dev.shortpath.reports.chart;

import dev.shortpath.reports.data.Figures;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.data.Sweep;
import java.util.Comparator;
import java.util.List;

/**
 * The treatments that a chart with a row or a line for each of them shows: all that have samples of
 * its metric, or, where these would be too many, those at both ends of the numeric factor.
 *
 * @param shown ids, in order; a treatment's colour follows from its place
 * @param note a sentence about those left out; empty when none is
 */
record Crowd(List<String> shown, String note) {
  /** Three drawings of eight. */
  static final int MOST = 3 * Ink.SERIES;

  /** The samples of each treatment that is shown, sorted. */
  List<double[]> groups(ReportData data, String metric) {
    return shown.stream().map(id -> data.samples().sorted(metric, id)).toList();
  }

  static Crowd of(ReportData data, String metric) {
    List<String> sampled =
        data.treatments().ids().stream()
            .filter(id -> data.samples().sorted(metric, id).length > 0)
            .toList();
    if (sampled.size() <= MOST) {
      return new Crowd(sampled, "");
    }
    if (data.sweep().isEmpty()) {
      return cut(sampled, sampled, "the first");
    }
    Sweep sweep = data.sweep().get();
    String low = sweep.levels().get(0);
    String high = sweep.levels().get(sweep.levels().size() - 1);
    List<String> ends =
        sampled.stream()
            .filter(id -> List.of(low, high).contains(data.treatments().level(id, sweep.factor())))
            .sorted(Comparator.comparing(id -> stratum(data, sweep, id)))
            .toList();
    String which =
        "those at "
            + sweep.written(low)
            + " and "
            + sweep.written(high)
            + " "
            + sweep.factor()
            + (ends.size() > MOST ? ", of the first strata" : "");
    return cut(ends, sampled, which);
  }

  /** A treatment's levels but the numeric one: what shares them stands together. */
  private static String stratum(ReportData data, Sweep sweep, String id) {
    return data.treatments()
        .label(id)
        .replaceAll("(^|, )(" + sweep.factor() + "|" + sweep.lines() + ")=[^,]*", "");
  }

  private static Crowd cut(List<String> from, List<String> of, String which) {
    List<String> shown = from.subList(0, Math.min(MOST, from.size()));
    return new Crowd(
        shown,
        " Shown are "
            + Figures.count(shown.size())
            + " of "
            + Figures.count(of.size())
            + " treatments: "
            + which
            + "; the tables hold all.");
  }
}
