package dev.shortpath.reports.chart;

import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.data.Scale;
import dev.shortpath.reports.data.Series;
import dev.shortpath.reports.data.Sweep;
import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

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
    for (String metric : data.drawn()) {
      double[] all = data.samples().sorted(metric);
      Function<String, String> line = lines(data);
      List<String> lines = data.treatments().ids().stream().map(line).distinct().toList();
      for (Part<String> part : Part.of(lines, Ink.SERIES)) {
        List<Series> trials =
            data.samples().of(metric).stream()
                .filter(s -> s.size() > 1 && part.items().contains(line.apply(s.treatment())))
                .toList();
        if (!trials.isEmpty()) {
          Function<Series, Integer> colour = s -> lines.indexOf(line.apply(s.treatment()));
          List<String> labels =
              part.items().stream().filter(l -> present(trials, line, l)).toList();
          drawings.add(
              draw(data, metric, part, labels, lines, trials, colour, Range.of(all, 0.999)));
        }
      }
    }
    return drawings;
  }

  /**
   * What a trial's colour stands for: its treatment, or, where there are too many of these, its
   * level of the factor that is compared.
   */
  private static Function<String, String> lines(ReportData data) {
    String compared = data.sweep().map(Sweep::lines).orElse("");
    return data.treatments().ids().size() <= Crowd.MOST || compared.isEmpty()
        ? data.treatments()::label
        : id -> compared + "=" + data.treatments().level(id, compared);
  }

  private static boolean present(List<Series> trials, Function<String, String> line, String label) {
    return trials.stream().anyMatch(s -> line.apply(s.treatment()).equals(label));
  }

  private static Drawing draw(
      ReportData data,
      String metric,
      Part<String> part,
      List<String> labels,
      List<String> lines,
      List<Series> trials,
      Function<Series, Integer> colour,
      Range range) {
    Scale scale = data.scale(metric);
    double seconds = trials.stream().mapToDouble(Buckets::span).sum();
    double gap = seconds * Math.min(0.002, 0.2 / trials.size());
    double total = seconds + gap * (trials.size() - 1);
    Plot plot =
        Plot.withLegend(Plot.WIDE, 280, "time within trials, s", scale.heading(metric), labels);
    plot.x(0, total);
    plot.y(
        Math.max(0, scale.apply(range.low() - range.margin())),
        scale.apply(range.high() + range.margin()));
    labels.forEach(label -> plot.legendOnly(label, lines.indexOf(label)));
    double start = 0;
    for (Series trial : trials) {
      int columns = (int) Math.max(1, Math.round(COLUMNS * Buckets.span(trial) / total));
      Buckets buckets = Buckets.of(trial, columns, range.high());
      Color ink = Ink.series(colour.apply(trial));
      plot.line(buckets.x(start), buckets.y(scale), ink, 1.2f, 0);
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
}
