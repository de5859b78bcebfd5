package dev.shortpath.reports.chart;

import dev.shortpath.harness.analysis.Estimate;
import dev.shortpath.harness.analysis.Summary;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.data.Scale;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The distribution of a metric under each treatment, with its quartiles. */
public final class ViolinChart implements Chart {
  private static final int POINTS = 120;
  private static final int ROW = 62;
  private static final int FEW = 20;

  private static final String DENSITY =
      "Width: kernel density (Gaussian, Silverman's bandwidth), each scaled to the same greatest"
          + " width; fewer than "
          + FEW
          + " samples are dots. Long line: median; short lines: quartiles as in the tables.";

  @Override
  public Place place() {
    return Place.DISTRIBUTIONS;
  }

  @Override
  public List<Drawing> draw(ReportData data) {
    List<Drawing> drawings = new ArrayList<>();
    for (String metric : data.drawn()) {
      Crowd crowd = Crowd.of(data, metric);
      if (shows(data, metric, crowd)) {
        Range range = Range.of(crowd.groups(data, metric), 0.99);
        Part.of(crowd.shown(), Ink.SERIES)
            .forEach(p -> drawings.add(draw(data, metric, p, crowd, range)));
      }
    }
    return drawings;
  }

  /** Whether a metric has such a chart: of one value a trial, where all treatments have room. */
  public static boolean shows(ReportData data, String metric) {
    return shows(data, metric, Crowd.of(data, metric));
  }

  private static boolean shows(ReportData data, String metric, Crowd crowd) {
    return data.samples().sorted(metric).length > 1
        && (crowd.note().isEmpty() || !data.samples().single(metric));
  }

  private static Drawing draw(
      ReportData data, String metric, Part<String> part, Crowd crowd, Range range) {
    Scale scale = data.scale(metric);
    List<String> ids = part.items();
    List<String> labels =
        ids.stream().map(id -> data.treatments().label(id, crowd.shown())).toList();
    int high = Plot.rowHeight(ROW, Plot.NARROW, labels);
    int height = 70 + high * ids.size();
    boolean single = data.samples().single(metric);
    boolean few = ids.stream().allMatch(id -> data.samples().sorted(metric, id).length < FEW);
    Plot plot = new Plot(Plot.NARROW, height, scale.heading(metric), "");
    double from = scale.apply(range.low() - range.margin());
    double to = scale.apply(range.high() + range.margin());
    plot.x(from, to).rows(ids.size());
    for (int row = 0; row < ids.size(); row++) {
      String id = ids.get(row);
      plot.rowLabel(labels.get(row), (from + to) / 2, -row + 0.43, high);
      violin(plot, data, metric, id, crowd.shown().indexOf(id), range, scale, -row);
    }
    return plot.finish(
        part.id("violin-" + metric),
        part.title((single ? "Values of " : "Distribution of ") + metric),
        (few ? "A dot for each sample." : DENSITY)
            + data.treatments().common(crowd.shown())
            + data.samples().drawn()
            + range.note(scale)
            + crowd.note());
  }

  private static void violin(
      Plot plot,
      ReportData data,
      String metric,
      String id,
      int colour,
      Range range,
      Scale scale,
      double y) {
    double[] sorted = data.samples().sorted(metric, id);
    if (sorted.length == 0) {
      return;
    }
    if (sorted.length < FEW || sorted[0] == sorted[sorted.length - 1]) {
      double[] shown = Arrays.stream(sorted).filter(v -> v <= range.high()).toArray();
      if (shown.length > 0) {
        double[] height = new double[shown.length];
        Arrays.fill(height, y);
        plot.marks(
            Arrays.stream(shown).map(scale::apply).toArray(),
            height,
            Ink.series(colour),
            SeriesMarkers.CIRCLE);
      }
      return;
    }
    double low = sorted[0];
    double high = Math.min(range.high(), sorted[sorted.length - 1]);
    double[] density = Density.of(sorted, low, high, POINTS);
    double[] x = new double[2 * POINTS];
    double[] up = new double[2 * POINTS];
    for (int i = 0; i < POINTS; i++) {
      x[i] = x[2 * POINTS - 1 - i] = scale.apply(low + (high - low) * i / (POINTS - 1));
      up[i] = y + 0.3 * density[i];
      up[2 * POINTS - 1 - i] = y - 0.3 * density[i];
    }
    plot.shape(x, up, Ink.series(colour, 90), Ink.series(colour));
    for (Summary s : data.first().summaries()) {
      if (s.metric().equals(metric) && s.treatment().equals(id)) {
        quartile(plot, s.statistics().get("p25"), scale, y, 0.14, 1.5f);
        quartile(plot, s.statistics().get("p50"), scale, y, 0.3, 2.5f);
        quartile(plot, s.statistics().get("p75"), scale, y, 0.14, 1.5f);
      }
    }
  }

  private static void quartile(
      Plot plot, Estimate e, Scale scale, double y, double reach, float width) {
    if (e != null && Double.isFinite(e.value())) {
      double at = scale.apply(e.value());
      plot.line(new double[] {at, at}, new double[] {y - reach, y + reach}, Ink.TEXT, width, 0);
    }
  }
}
