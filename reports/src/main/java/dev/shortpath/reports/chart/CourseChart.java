package dev.shortpath.reports.chart;

import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.data.Scale;
import dev.shortpath.reports.data.Series;
import java.awt.BasicStroke;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A metric over time, trial after trial in the order in which they ran. */
public final class CourseChart implements Chart {
  private static final int COLUMNS = 1000;

  @Override
  public Place place() {
    return Place.COURSE;
  }

  @Override
  public List<Drawing> draw(ReportData data) {
    List<Drawing> drawings = new ArrayList<>();
    for (String metric : data.metrics()) {
      List<Series> trials = data.samples().of(metric).stream().filter(s -> s.size() > 1).toList();
      if (!trials.isEmpty()) {
        drawings.add(draw(data, metric, trials));
      }
    }
    return drawings;
  }

  private static Drawing draw(ReportData data, String metric, List<Series> trials) {
    Scale scale = data.scale(metric);
    Range range = Range.of(data.samples().sorted(metric), 0.999);
    double seconds = trials.stream().mapToDouble(Buckets::span).sum();
    double gap = seconds * 0.002;
    double total = seconds + gap * (trials.size() - 1);
    int legend = 24 * (data.treatments().ids().size() + 3) / 4;
    Plot plot = new Plot(Plot.WIDE, 300 + legend, "time within trials, s", scale.heading(metric));
    plot.x(0, total);
    plot.y(
        Math.max(0, scale.apply(range.low() - range.margin())),
        scale.apply(range.high() + range.margin()));
    Set<String> named = new HashSet<>();
    double start = 0;
    for (Series trial : trials) {
      int columns = (int) Math.max(1, Math.round(COLUMNS * Buckets.span(trial) / total));
      Buckets buckets = Buckets.of(trial, columns, range.high());
      double[] x = buckets.x(start);
      double[] y = buckets.y(scale);
      int colour = data.treatments().index(trial.treatment());
      if (named.add(trial.treatment())) {
        plot.legendLine(data.treatments().label(trial.treatment()), x, y, colour, 1.2f)
            .setLineStyle(new BasicStroke(1.2f));
      } else {
        plot.line(x, y, Ink.series(colour), 1.2f, 0);
      }
      start += Buckets.span(trial) + gap;
    }
    return plot.finish(
        "course-" + metric,
        "Course of " + metric + " over the run",
        "Trials used, in the order in which they ran, laid end to end (what lies between them is"
            + " left out). Each column of pixels runs from the smallest to the largest sample of"
            + " its time, so no peak is lost"
            + (range.beyond() == 0 ? "." : " below the axis' end; larger ones are drawn at it.")
            + range.note(scale));
  }
}
