package dev.shortpath.reports.chart;

import dev.shortpath.harness.analysis.Comparison;
import dev.shortpath.harness.analysis.Interval;
import dev.shortpath.harness.analysis.Judgement;
import dev.shortpath.harness.experiment.Claim;
import dev.shortpath.reports.data.Group;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.data.Verdicts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** For each claim judged the measured ratio with its interval, beside the published one. */
public final class ForestChart implements Chart {
  private static final int ROW = 40;
  private static final int ROWS = 18;

  /** How many times the middle one of the ratios an axis reaches at most. */
  private static final double WIDEST = 2;

  @Override
  public Place place() {
    return Place.ANSWER;
  }

  @Override
  public List<Drawing> draw(ReportData data) {
    Map<Sides, List<Judgement>> groups = new LinkedHashMap<>();
    for (Judgement j : Group.alone(data, Group.of(data))) {
      if (!Verdicts.judged(j)) {
        continue; // A published ratio alone is no comparison.
      }
      groups.computeIfAbsent(Sides.of(data, j.claim()), k -> new ArrayList<>()).add(j);
    }
    List<Drawing> drawings = new ArrayList<>();
    groups.forEach(
        (sides, judgements) -> {
          for (Part<Judgement> part : Part.of(judgements, ROWS)) {
            draw(data, sides, part, drawings.size() + 1).ifPresent(drawings::add);
          }
        });
    return drawings;
  }

  /** What a claim changes; effects of different changes may differ too much for one axis. */
  private record Sides(String to, String from) {
    static Sides of(ReportData data, Claim claim) {
      Map<String, String> to = new LinkedHashMap<>(claim.treatment());
      to.entrySet().removeAll(claim.baseline().entrySet());
      Map<String, String> from = new LinkedHashMap<>(claim.baseline());
      from.entrySet().removeAll(claim.treatment().entrySet());
      return new Sides(data.treatments().label(to), data.treatments().label(from));
    }
  }

  private static Optional<Drawing> draw(
      ReportData data, Sides sides, Part<Judgement> part, int number) {
    List<Judgement> judgements = part.items();
    double[] shown = judgements.stream().flatMap(ForestChart::ratios).mapToDouble(d -> d).toArray();
    if (shown.length == 0) {
      return Optional.empty();
    }
    double low = Math.min(1, DoubleStream.of(shown).min().orElse(1));
    double highest = Math.max(1, DoubleStream.of(shown).max().orElse(1));
    // A figure or an interval that is far off would press all others together.
    double[] points = judgements.stream().flatMapToDouble(ForestChart::points).sorted().toArray();
    double middle = points.length == 0 ? 1 : points[points.length / 2];
    double high = Math.min(highest, Math.max(2, WIDEST * middle));
    double margin = Math.max(0.02, 0.05 * (high - low));
    boolean published = judgements.stream().anyMatch(j -> Verdicts.ratio(j) != null);
    List<String> labels = judgements.stream().map(j -> label(data, j)).toList();
    int row = Plot.rowHeight(ROW, Plot.SMALL, labels);
    int height = 70 + row * judgements.size();
    Plot plot = new Plot(Plot.SMALL, height, "ratio: treatment / baseline (1 = no effect)", "");
    plot.x(low - margin, high + margin).rows(judgements.size());
    plot.across(1, true);
    for (int i = 0; i < judgements.size(); i++) {
      plot.rowLabel(labels.get(i), (low + high) / 2, -i + 0.36 * ROW / row, row);
      row(plot, judgements.get(i), -i, high + margin);
    }
    return Optional.of(
        plot.finish(
            number == 1 ? "claims" : "claims-" + number,
            part.title(
                (published ? "Measured and published ratio: " : "Measured ratio: ")
                    + sides.to()
                    + " / "
                    + sides.from()),
            "Dot and bar: "
                + measured(data)
                + " ratio with its interval"
                + (published ? "; diamond: published ratio." : ".")
                + " Left of 1 the figure is lower with "
                + sides.to()
                + " than with "
                + sides.from()
                + ", the baseline."
                + (high < highest
                    ? " What reaches the right edge lies, or goes on, beyond it."
                    : "")));
  }

  private static String measured(ReportData data) {
    return data.imported() ? "the data's" : "measured";
  }

  private static String label(ReportData data, Judgement j) {
    return Verdicts.symbol(j) + " " + Verdicts.name(data, j);
  }

  private static void row(Plot plot, Judgement j, int y, double end) {
    Double published = Verdicts.ratio(j);
    if (published != null) {
      plot.marks(
          new double[] {published}, new double[] {y - 0.15}, Ink.series(1), SeriesMarkers.DIAMOND);
    }
    Comparison c = j.comparison();
    if (c == null || !Double.isFinite(c.ratio().value())) {
      return;
    }
    Interval interval = c.ratio().interval();
    if (interval != null) {
      double[] ends = {interval.low(), Math.min(interval.high(), end)};
      plot.line(ends, new double[] {y, y}, Ink.series(0), 3, 0);
    }
    double[] at = {Math.min(c.ratio().value(), end)};
    plot.marks(at, new double[] {y}, Ink.series(0), SeriesMarkers.CIRCLE);
  }

  /** The measured and the published ratio, without intervals. */
  private static DoubleStream points(Judgement j) {
    double measured = j.comparison() == null ? Double.NaN : j.comparison().ratio().value();
    double stated = Verdicts.ratio(j) == null ? Double.NaN : Verdicts.ratio(j);
    return DoubleStream.of(measured, stated).filter(Double::isFinite);
  }

  private static Stream<Double> ratios(Judgement j) {
    Stream.Builder<Double> ratios = Stream.builder();
    if (Verdicts.ratio(j) != null) {
      ratios.add(Verdicts.ratio(j));
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
