package dev.shortpath.reports.chart;

import dev.shortpath.harness.analysis.Interval;
import dev.shortpath.harness.analysis.Judgement;
import dev.shortpath.reports.data.Chance;
import dev.shortpath.reports.data.Figures;
import dev.shortpath.reports.data.Group;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.RatioSeries;
import dev.shortpath.reports.data.RatioSeries.Ratio;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.data.Sweep;
import dev.shortpath.reports.data.Verdicts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * For each level of the numeric factor the ratio of extremes, mean, median and standard deviation,
 * treatment to baseline, with the published ratios among them (as in Figs. 10–13 of Leiter et al.,
 * Infocommunications Journal XVII(1), 2025).
 */
public final class RatioChart implements Chart {
  private static final int PANELS = 8;
  private static final int FEW = 5;
  private static final double STEP = 0.15;

  @Override
  public Place place() {
    return Place.PUBLISHED;
  }

  @Override
  public List<Drawing> draw(ReportData data) {
    List<Drawing> drawings = new ArrayList<>();
    Map<String, List<RatioSeries>> charts = new LinkedHashMap<>();
    for (RatioSeries series : RatioSeries.of(data)) {
      charts
          .computeIfAbsent(series.metric() + " " + series.sides(), k -> new ArrayList<>())
          .add(series);
    }
    List<Group> groups = Group.of(data);
    charts
        .values()
        .forEach(
            all ->
                Part.of(all.subList(0, Math.min(2 * PANELS, all.size())), PANELS)
                    .forEach(p -> drawings.add(draw(data, groups, p, drawings.size() + 1))));
    return drawings;
  }

  private static Drawing draw(
      ReportData data, List<Group> groups, Part<RatioSeries> part, int number) {
    Sweep sweep = data.sweep().orElseThrow();
    List<RatioSeries> all = part.items();
    RatioSeries any = all.get(0);
    Axis y = Axis.of(figures(all, groups));
    boolean wide = sweep.levels().size() > FEW || all.size() == 1;
    String title =
        part.title(
            "Ratios of "
                + any.metric()
                + ", "
                + any.sides()
                + ", at each level of "
                + sweep.factor());
    Panels drawing = new Panels("ratios-" + number, title, wide ? 1 : 2, wide ? 1020 : 510);
    for (int i = 0; i < RatioSeries.STATISTICS.size(); i++) {
      drawing.mark(Figures.statistic(RatioSeries.STATISTICS.get(i)), i);
    }
    boolean published = false;
    boolean chance = false;
    for (RatioSeries series : all) {
      List<Group> own = groups.stream().filter(series::matches).toList();
      Plot plot = new Plot(wide ? 1020 : 510, 250, sweep.factor(), "ratio");
      plot.axes(y, y).categories(sweep.levels().stream().map(sweep::written).toList());
      plot.across(1, false);
      for (Group group : own) {
        chance |= band(plot, sweep, group, y);
      }
      for (int i = 0; i < RatioSeries.STATISTICS.size(); i++) {
        measured(plot, sweep, series, i, y);
      }
      for (Group group : own) {
        published |= published(plot, sweep, group, y);
      }
      String stratum = series.stratum().isEmpty() ? "" : data.treatments().label(series.stratum());
      drawing.add(stratum, plot);
    }
    if (published) {
      drawing.cross("published");
    }
    if (chance) {
      drawing.area("published ratio not to be told from 1");
    }
    return drawing.finish(
        "Above 1 the figure is larger with "
            + any.to()
            + ". Upright bars: intervals; extremes have none."
            + (chance
                ? " Grey: where a published ratio of its statistic can lie by chance alone, with as"
                    + " many trials as its source had."
                : ""));
  }

  private static double place(int level, int statistic) {
    return level + (statistic - (RatioSeries.STATISTICS.size() - 1) / 2.0) * STEP;
  }

  private static void measured(Plot plot, Sweep sweep, RatioSeries series, int index, Axis y) {
    List<double[]> points = new ArrayList<>();
    for (int level = 0; level < sweep.levels().size(); level++) {
      Ratio r = series.of(sweep.levels().get(level), RatioSeries.STATISTICS.get(index));
      if (r != null) {
        Interval i = r.interval();
        double value = y.within(r.value());
        points.add(
            new double[] {
              place(level, index),
              value,
              i == null ? value : y.within(i.low()),
              i == null ? value : y.within(i.high())
            });
      }
    }
    if (!points.isEmpty()) {
      double[] x = column(points, 0);
      plot.whiskers(x, column(points, 2), column(points, 3), Ink.series(index));
      plot.marks(x, column(points, 1), Ink.series(index), Panels.MARKERS.get(index));
    }
  }

  private static double[] column(List<double[]> rows, int column) {
    return rows.stream().mapToDouble(r -> r[column]).toArray();
  }

  private static boolean published(Plot plot, Sweep sweep, Group group, Axis y) {
    int index = RatioSeries.STATISTICS.indexOf(group.statistic());
    double[] x =
        group.points().entrySet().stream()
            .filter(e -> Verdicts.ratio(e.getValue()) != null)
            .mapToDouble(e -> place(sweep.levels().indexOf(e.getKey()), index))
            .toArray();
    double[] ratios = group.published().stream().mapToDouble(y::within).toArray();
    if (x.length > 0) {
      plot.marks(x, ratios, Ink.TEXT, SeriesMarkers.CROSS);
    }
    return x.length > 0;
  }

  private static boolean band(Plot plot, Sweep sweep, Group group, Axis y) {
    boolean any = false;
    int index = RatioSeries.STATISTICS.indexOf(group.statistic());
    for (Map.Entry<String, Judgement> e : group.points().entrySet()) {
      Interval chance = Chance.of(e.getValue());
      if (chance != null) {
        double x = place(sweep.levels().indexOf(e.getKey()), index);
        double low = y.within(chance.low());
        double high = y.within(chance.high());
        double half = STEP / 2;
        plot.shape(
            new double[] {x - half, x + half, x + half, x - half},
            new double[] {low, low, high, high},
            Ink.AXIS_SOFT,
            Ink.NONE);
        any = true;
      }
    }
    return any;
  }

  /** Every figure drawn; intervals no further than half beyond the largest. */
  private static double[] figures(List<RatioSeries> all, List<Group> groups) {
    DoubleStream.Builder figures = DoubleStream.builder().add(1);
    List<Ratio> ratios = all.stream().flatMap(s -> s.ratios().values().stream()).toList();
    double max = Math.max(1, ratios.stream().mapToDouble(Ratio::value).max().orElse(1));
    for (Ratio r : ratios) {
      figures.add(r.value());
      if (r.interval() != null) {
        figures.add(r.interval().low()).add(Math.min(r.interval().high(), 1.5 * max));
      }
    }
    groups.stream()
        .filter(g -> all.stream().anyMatch(s -> s.matches(g)))
        .flatMap(g -> g.published().stream())
        .forEach(figures::add);
    return figures.build().filter(Double::isFinite).toArray();
  }
}
