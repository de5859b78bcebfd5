package dev.shortpath.reports.chart;

import dev.shortpath.harness.analysis.Interval;
import dev.shortpath.harness.analysis.Judgement;
import dev.shortpath.reports.data.Chance;
import dev.shortpath.reports.data.Group;
import dev.shortpath.reports.data.RatioSeries;
import dev.shortpath.reports.data.RatioSeries.Ratio;
import dev.shortpath.reports.data.Sweep;
import dev.shortpath.reports.data.Verdicts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The ratios of one stratum: at each level a mark for each statistic, beside each other. */
final class RatioPanel {
  private static final int HEIGHT = 250;

  /** From one statistic to the next; a level to the next is 1. */
  private static final double STEP = 0.15;

  private final Sweep sweep;
  private final Axis y;
  private final Plot plot;

  RatioPanel(Sweep sweep, Axis y, int width) {
    this.sweep = sweep;
    this.y = y;
    this.plot = new Plot(width, HEIGHT, sweep.factor(), "ratio");
    plot.axes(y, y).categories(sweep.levels().stream().map(sweep::written).toList());
    plot.across(y.at(1), false);
  }

  Plot plot() {
    return plot;
  }

  /** The ratios measured, with their intervals. */
  void measured(RatioSeries series) {
    for (int i = 0; i < RatioSeries.STATISTICS.size(); i++) {
      measured(series, i);
    }
  }

  private void measured(RatioSeries series, int index) {
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
      plot.marks(x, column(points, 1), Ink.series(index), Mark.of(index).marker());
    }
  }

  /**
   * The ratios that the source states.
   *
   * @return whether there are any
   */
  boolean published(Group group) {
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

  /**
   * Where the source's ratios can lie by chance alone.
   *
   * @return whether that is known of any
   */
  boolean chance(Group group) {
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

  private static double place(int level, int statistic) {
    return level + (statistic - (RatioSeries.STATISTICS.size() - 1) / 2.0) * STEP;
  }

  private static double[] column(List<double[]> rows, int column) {
    return rows.stream().mapToDouble(r -> r[column]).toArray();
  }
}
