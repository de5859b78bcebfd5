package dev.shortpath.reports.chart;

import dev.shortpath.harness.analysis.Estimate;
import dev.shortpath.reports.data.Figures;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.data.Scale;
import dev.shortpath.reports.data.Sweep;
import dev.shortpath.reports.data.Sweep.Panel;
import dev.shortpath.reports.data.Sweep.Point;
import dev.shortpath.reports.data.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.knowm.xchart.XYSeries;

/**
 * A metric against the numeric factor: a line for each compared level, a panel for each stratum.
 */
public final class ScalingChart implements Chart {
  /** Panels of one drawing, and of one metric; the tables hold the rest. */
  private static final int PANELS = 12;

  private static final int MOST = 2 * PANELS;

  /** How many times the largest figure an interval may reach before it is cut. */
  private static final double WIDEST = 1.5;

  /** Beside the levels, of the whole axis: room for half a tick's text. */
  static final double BESIDE = 0.08;

  @Override
  public Place place() {
    return Place.SCALING;
  }

  @Override
  public List<Drawing> draw(ReportData data) {
    List<Drawing> drawings = new ArrayList<>();
    data.sweep()
        .ifPresent(
            sweep -> {
              for (String metric : Topics.metrics(data)) {
                List<Panel> all = sweep.panels(data, metric);
                List<Panel> shown = all.subList(0, Math.min(MOST, all.size()));
                for (Part<Panel> part : Part.of(shown, PANELS)) {
                  drawings.add(draw(data, sweep, metric, part, all.size() - shown.size()));
                }
              }
            });
    return drawings;
  }

  private static Drawing draw(
      ReportData data, Sweep sweep, String metric, Part<Panel> part, int left) {
    String statistic = Topics.statistic(data, metric);
    String title =
        part.title(
            Figures.sentence(Figures.statistic(statistic))
                + " of "
                + metric
                + " against "
                + sweep.factor());
    String more =
        left == 0
            ? ""
            : " " + Figures.counted(left, "further stratum", "further strata") + ": in the tables.";
    return panels(data, sweep, metric, part.items(), part.id("scaling-" + metric), title, more);
  }

  /** A drawing of these panels, all with the same axes. */
  static Drawing panels(
      ReportData data,
      Sweep sweep,
      String metric,
      List<Panel> panels,
      String id,
      String title,
      String more) {
    String statistic = Topics.statistic(data, metric);
    Scale scale = Topics.scale(data, metric, panels, statistic);
    Axis y = Axis.of(figures(panels, statistic, scale));
    Axis x = Axis.of(sweep.levels().stream().mapToDouble(sweep::number).toArray(), BESIDE);
    Panels drawing = new Panels(id, title, panels.size());
    List<String> compared = sweep.compared(data);
    panels.stream()
        .flatMap(p -> p.lines().keySet().stream())
        .distinct()
        .sorted(java.util.Comparator.comparingInt(compared::indexOf))
        .filter(level -> !level.isEmpty())
        .forEach(level -> drawing.legend().line(level, Math.max(0, compared.indexOf(level))));
    for (Panel panel : panels) {
      Plot plot =
          new Plot(
              Panels.width(panels.size()),
              panels.size() == 1 ? 300 : 240,
              sweep.factor(),
              scale.heading(metric));
      plot.axes(x, y);
      int lines = panel.lines().size();
      int at = 0;
      for (var line : panel.lines().entrySet()) {
        int index = Math.max(0, compared.indexOf(line.getKey()));
        double aside = (at++ - (lines - 1) / 2.0) * 0.006 * (x.max() - x.min());
        line(plot, line.getValue(), statistic, scale, new Axis[] {x, y}, aside, index);
      }
      drawing.add(stratum(data, panel), plot);
    }
    boolean cut = estimates(panels, statistic).anyMatch(e -> cut(e, scale, y));
    return drawing.finish(caption(y, cut) + more);
  }

  /** Whether an estimate's interval goes on beyond the axis. */
  private static boolean cut(Estimate e, Scale scale, Axis y) {
    return e.interval() != null
        && (y.at(scale.apply(e.interval().high())) > y.max()
            || scale.apply(e.interval().low()) <= 0 && y.logarithmic()
            || y.at(scale.apply(e.interval().low())) < y.min());
  }

  private static String caption(Axis y, boolean cut) {
    return "Upright bars: intervals; lines stand a little beside each other so that their bars do"
        + " not hide one another."
        + (cut ? " Bars that reach an edge go on beyond it." : "")
        + (y.logarithmic()
            ? " The upright axis is logarithmic."
            : y.min() > 0 ? " The upright axis does not start at 0." : "");
  }

  private static String stratum(ReportData data, Panel panel) {
    return panel.stratum().isEmpty() ? "" : data.treatments().label(panel.stratum());
  }

  private static double[] figures(List<Panel> panels, String statistic, Scale scale) {
    List<Estimate> estimates = estimates(panels, statistic).toList();
    double max = estimates.stream().mapToDouble(Estimate::value).max().orElse(1);
    return estimates.stream()
        .flatMapToDouble(
            e ->
                e.interval() == null
                    ? DoubleStream.of(e.value())
                    : DoubleStream.of(
                        e.value(),
                        Math.max(0, e.interval().low()),
                        Math.min(e.interval().high(), WIDEST * max)))
        .map(scale::apply)
        .toArray();
  }

  private static Stream<Estimate> estimates(List<Panel> panels, String statistic) {
    return panels.stream()
        .flatMap(p -> p.lines().values().stream())
        .flatMap(List::stream)
        .map(p -> p.summary().statistics().get(statistic))
        .filter(Objects::nonNull);
  }

  private static void line(
      Plot plot,
      List<Point> points,
      String statistic,
      Scale scale,
      Axis[] axes,
      double aside,
      int index) {
    List<Point> shown =
        points.stream().filter(p -> p.summary().statistics().get(statistic) != null).toList();
    if (shown.isEmpty()) {
      return;
    }
    double[] x = shown.stream().mapToDouble(p -> axes[0].at(p.x()) + aside).toArray();
    Estimate[] at =
        shown.stream().map(p -> p.summary().statistics().get(statistic)).toArray(Estimate[]::new);
    double[] y = new double[x.length];
    double[] low = new double[x.length];
    double[] high = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = axes[1].within(scale.apply(at[i].value()));
      boolean none = at[i].interval() == null;
      low[i] = none ? y[i] : axes[1].within(scale.apply(at[i].interval().low()));
      high[i] = none ? y[i] : axes[1].within(scale.apply(at[i].interval().high()));
    }
    plot.whiskers(x, low, high, Ink.series(index));
    XYSeries line = plot.line(x, y, Ink.series(index), 2, 0);
    line.setMarker(Mark.of(index).marker());
    line.setMarkerColor(Ink.series(index));
  }
}
