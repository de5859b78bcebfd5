package dev.shortpath.reports.chart;

import dev.shortpath.harness.analysis.Interval;
import dev.shortpath.harness.analysis.TrendLine;
import dev.shortpath.reports.data.Figures;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.data.Scale;
import dev.shortpath.reports.data.Trends;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/** The slope of each line of a trend with its interval: a row for each. */
public final class TrendChart implements Chart {
  private static final int ROW = 40;
  private static final int ROWS = 20;

  @Override
  public Place place() {
    return Place.SCALING;
  }

  @Override
  public List<Drawing> draw(ReportData data) {
    List<Drawing> drawings = new ArrayList<>();
    for (List<TrendLine> all : Trends.of(data)) {
      boolean zero = data.zero(all.get(0).metric());
      List<TrendLine> lines = all.stream().filter(l -> l.slope() != null && !zero).toList();
      List<TrendLine> shown = lines.subList(0, Math.min(2 * ROWS, lines.size()));
      for (Part<TrendLine> part : Part.of(shown, ROWS)) {
        drawings.add(draw(data, part, lines));
      }
    }
    return drawings;
  }

  private static Drawing draw(ReportData data, Part<TrendLine> part, List<TrendLine> all) {
    TrendLine any = all.get(0);
    Scale scale = Trends.slopes(all);
    double[] figures =
        all.stream().flatMapToDouble(TrendChart::figures).map(scale::apply).sorted().toArray();
    double low = figures[0];
    double high = figures[figures.length - 1];
    double margin = high > low ? 0.04 * (high - low) : 1;
    List<TrendLine> lines = part.items();
    String axis = scale.heading("slope") + " for one more of " + any.over();
    List<String> labels = lines.stream().map(l -> label(data, l)).toList();
    int row = Plot.rowHeight(ROW, Plot.NARROW, labels);
    Plot plot = new Plot(Plot.NARROW, 70 + row * lines.size(), axis, "");
    plot.x(low - margin, high + margin).rows(lines.size()).across(0, true);
    Map<String, Integer> colours = new LinkedHashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      TrendLine l = lines.get(i);
      plot.rowLabel(labels.get(i), (low + high) / 2, -i + 0.42 * ROW / row, row);
      String level = data.sweep().map(s -> l.levels().getOrDefault(s.lines(), "")).orElse("");
      int colour =
          data.sweep()
              .map(s -> s.compared(data).indexOf(level))
              .filter(n -> n >= 0)
              .orElseGet(() -> colours.computeIfAbsent(level, k -> colours.size()));
      Interval interval = l.slope().interval();
      if (interval != null) {
        double[] ends = {scale.apply(interval.low()), scale.apply(interval.high())};
        plot.line(ends, new double[] {-i, -i}, Ink.series(colour), 3, 0);
      }
      plot.marks(
          new double[] {scale.apply(l.slope().value())},
          new double[] {-i},
          Ink.series(colour),
          Mark.of(colour).marker());
    }
    return plot.finish(
        part.id("trend-" + any.metric() + "-" + any.statistic() + "-" + any.over()),
        part.title("Slope of " + any.metric() + " over " + any.over()),
        "Of the straight line through the "
            + Figures.statistic(any.statistic())
            + " at each level; bars: intervals. At 0 it does not grow.");
  }

  private static String label(ReportData data, TrendLine l) {
    return l.stratum().isEmpty() ? l.metric() : data.treatments().label(l.stratum());
  }

  private static DoubleStream figures(TrendLine l) {
    Interval i = l.slope().interval();
    double value = l.slope().value();
    return i == null ? DoubleStream.of(0, value) : DoubleStream.of(0, value, i.low(), i.high());
  }
}
