package dev.shortpath.reports.chart;

import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.data.Scale;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The share of samples up to each value, one line a treatment. */
public final class EcdfChart implements Chart {
  private static final int COLUMNS = 480;

  @Override
  public Place place() {
    return Place.DISTRIBUTIONS;
  }

  @Override
  public List<Drawing> draw(ReportData data) {
    List<Drawing> drawings = new ArrayList<>();
    for (String metric : data.drawn()) {
      double[] all = data.samples().sorted(metric);
      if (all.length > 1 && !data.samples().single(metric)) {
        Crowd crowd = Crowd.of(data, metric);
        Range range = Range.of(crowd.groups(data, metric), 0.99);
        Part.of(crowd.shown(), Ink.SERIES)
            .forEach(part -> drawings.add(draw(data, metric, part, crowd, range)));
      }
    }
    return drawings;
  }

  private static Drawing draw(
      ReportData data, String metric, Part<String> part, Crowd crowd, Range range) {
    Scale scale = data.scale(metric);
    List<String> ids = part.items();
    boolean many = ids.stream().anyMatch(t -> data.samples().sorted(metric, t).length > COLUMNS);
    Plot plot =
        Plot.withLegend(
            Plot.NARROW,
            300,
            scale.heading(metric),
            "share of samples",
            ids.stream().map(id -> data.treatments().label(id, crowd.shown())).toList());
    plot.x(scale.apply(range.low() - range.margin()), scale.apply(range.high() + range.margin()));
    plot.y(0, 1.01);
    for (String id : ids) {
      double[] sorted = data.samples().sorted(metric, id);
      Steps steps = Steps.of(sorted, range.low() - range.margin(), range.high(), COLUMNS);
      plot.legendLine(
          data.treatments().label(id, crowd.shown()),
          Arrays.stream(steps.x()).map(scale::apply).toArray(),
          steps.y(),
          crowd.shown().indexOf(id),
          2);
    }
    return plot.finish(
        part.id("ecdf-" + metric),
        part.title("Cumulative distribution of " + metric),
        "Empirical distribution function"
            + (many ? ", one value for each of " + COLUMNS + " columns." : ".")
            + data.treatments().common(crowd.shown())
            + data.samples().drawn()
            + range.note(scale)
            + crowd.note());
  }
}
