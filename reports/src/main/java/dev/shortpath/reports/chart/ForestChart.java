package dev.shortpath.reports.chart;

import dev.shortpath.harness.analysis.Comparison;
import dev.shortpath.harness.analysis.Interval;
import dev.shortpath.harness.analysis.Judgement;
import dev.shortpath.harness.experiment.Published;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.data.Verdicts;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** For each claim the measured ratio with its interval, beside the published one. */
public final class ForestChart implements Chart {
  private static final int ROW = 40;
  private static final int ROWS = 18;

  @Override
  public Place place() {
    return Place.ANSWER;
  }

  @Override
  public List<Drawing> draw(ReportData data) {
    return Part.of(data.first().judgements(), ROWS).stream()
        .flatMap(part -> draw(data, part).stream())
        .toList();
  }

  private static List<Drawing> draw(ReportData data, Part<Judgement> part) {
    List<Judgement> judgements = part.items();
    double[] shown = judgements.stream().flatMap(ForestChart::ratios).mapToDouble(d -> d).toArray();
    if (shown.length == 0) {
      return List.of();
    }
    double low = Math.min(1, DoubleStream.of(shown).min().orElse(1));
    double high = Math.max(1, DoubleStream.of(shown).max().orElse(1));
    double margin = Math.max(0.02, 0.05 * (high - low));
    int height = 70 + ROW * judgements.size();
    Plot plot = new Plot(Plot.SMALL, height, "ratio: treatment / baseline (1 = no effect)", "");
    plot.x(low - margin, high + margin).rows(judgements.size());
    plot.across(1, true);
    for (int i = 0; i < judgements.size(); i++) {
      row(plot, data, judgements.get(i), -i, (low + high) / 2);
    }
    return List.of(
        plot.finish(
            part.id("claims"),
            part.title("Measured and published ratio of each claim"),
            "Dot and bar: "
                + measured(data)
                + " ratio with its interval; diamond: published ratio."
                + " Left of 1 the treatment's figure is lower than the baseline's."));
  }

  private static String measured(ReportData data) {
    return data.imported() ? "the data's" : "measured";
  }

  private static void row(Plot plot, ReportData data, Judgement j, int y, double middle) {
    plot.rowLabel(Verdicts.symbol(j.verdict()) + " " + Verdicts.name(data, j), middle, y + 0.5);
    Published published = j.claim().published();
    if (published != null && published.ratio() != null) {
      plot.marks(
          new double[] {published.ratio()},
          new double[] {y - 0.2},
          Ink.series(1),
          SeriesMarkers.DIAMOND);
    }
    Comparison c = j.comparison();
    if (c == null || !Double.isFinite(c.ratio().value())) {
      return;
    }
    Interval interval = c.ratio().interval();
    if (interval != null) {
      double[] ends = {interval.low(), interval.high()};
      plot.line(ends, new double[] {y, y}, Ink.series(0), 3, 0);
    }
    double[] at = {c.ratio().value()};
    plot.marks(at, new double[] {y}, Ink.series(0), SeriesMarkers.CIRCLE);
  }

  private static Stream<Double> ratios(Judgement j) {
    Stream.Builder<Double> ratios = Stream.builder();
    if (j.claim().published() != null && j.claim().published().ratio() != null) {
      ratios.add(j.claim().published().ratio());
    }
    if (j.comparison() != null) {
      ratios.add(j.comparison().ratio().value());
      Interval interval = j.comparison().ratio().interval();
      if (interval != null) {
        ratios.add(interval.low()).add(interval.high());
      }
    }
    return ratios.build().filter(Double::isFinite);
  }
}
