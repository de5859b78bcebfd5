package dev.shortpath.reports.chart;

import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.data.Scale;
import dev.shortpath.reports.data.Series;
import java.util.ArrayList;
import java.util.List;

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
      double[] all = data.samples().sorted(metric);
      for (Part<String> part : Part.of(data.treatments().ids(), Ink.SERIES)) {
        List<Series> trials =
            data.samples().of(metric).stream()
                .filter(s -> s.size() > 1 && part.items().contains(s.treatment()))
                .toList();
        if (!trials.isEmpty()) {
          drawings.add(draw(data, metric, part, trials, Range.of(all, 0.999)));
        }
      }
    }
    return drawings;
  }

  private static Drawing draw(
      ReportData data, String metric, Part<String> part, List<Series> trials, Range range) {
    Scale scale = data.scale(metric);
    double seconds = trials.stream().mapToDouble(Buckets::span).sum();
    double gap = seconds * 0.002;
    double total = seconds + gap * (trials.size() - 1);
    List<String> labels = part.items().stream().map(data.treatments()::label).toList();
    Plot plot =
        Plot.withLegend(Plot.WIDE, 280, "time within trials, s", scale.heading(metric), labels);
    plot.x(0, total);
    plot.y(
        Math.max(0, scale.apply(range.low() - range.margin())),
        scale.apply(range.high() + range.margin()));
    part.items().forEach(id -> plot.legendOnly(data.treatments().label(id), index(data, id)));
    double start = 0;
    for (Series trial : trials) {
      int columns = (int) Math.max(1, Math.round(COLUMNS * Buckets.span(trial) / total));
      Buckets buckets = Buckets.of(trial, columns, range.high());
      int colour = index(data, trial.treatment());
      plot.line(buckets.x(start), buckets.y(scale), Ink.series(colour), 1.2f, 0);
      start += Buckets.span(trial) + gap;
    }
    return plot.finish(
        part.id("course-" + metric),
        part.title("Course of " + metric + " over the run"),
        "Trials used, in the order in which they ran, laid end to end (what lies between them is"
            + " left out). Each column of pixels runs from the smallest to the largest sample of"
            + " its time, so no peak is lost"
            + (range.beyond() == 0 ? "." : " below the axis' end; larger ones are drawn at it.")
            + range.note(scale));
  }

  private static int index(ReportData data, String treatment) {
    return data.treatments().index(treatment);
  }
}
