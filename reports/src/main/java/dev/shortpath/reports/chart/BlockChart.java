package dev.shortpath.reports.chart;

import dev.shortpath.harness.analysis.BlockRatio;
import dev.shortpath.harness.analysis.Comparison;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.data.Sweep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.knowm.xchart.XYSeries;

/** The ratio within each block: a chart for each metric of a claim and pair of treatments. */
public final class BlockChart implements Chart {
  /** In a sweep, more pairs than these are left to the tables. */
  private static final int MOST = 12;

  @Override
  public Place place() {
    return Place.COURSE;
  }

  @Override
  public List<Drawing> draw(ReportData data) {
    Set<String> judged =
        data.first().judgements().stream().map(j -> j.claim().metric()).collect(Collectors.toSet());
    Map<List<String>, List<Comparison>> groups = new LinkedHashMap<>();
    for (Comparison c : ReportData.comparisons(data.first())) {
      boolean shown = judged.isEmpty() || judged.contains(c.metric());
      if (shown && c.blocks() != null && c.blocks().size() > 1) {
        groups
            .computeIfAbsent(
                List.of(c.metric(), c.baseline(), c.treatment()), k -> new ArrayList<>())
            .add(c);
      }
    }
    List<List<Comparison>> shown = groups.values().stream().toList();
    String note = "";
    if (shown.size() > MOST && data.sweep().isPresent()) {
      Sweep sweep = data.sweep().get();
      String top = sweep.levels().get(sweep.levels().size() - 1);
      shown =
          shown.stream()
              .filter(
                  g -> top.equals(data.treatments().level(g.get(0).treatment(), sweep.factor())))
              .limit(MOST)
              .toList();
      note =
          " Shown are "
              + shown.size()
              + " of "
              + groups.size()
              + " pairs, at "
              + sweep.written(top)
              + " "
              + sweep.factor()
              + ".";
    }
    List<Drawing> drawings = new ArrayList<>();
    for (List<Comparison> group : shown) {
      drawings.add(draw(data, group, drawings.size() + 1, note));
    }
    return drawings;
  }

  private static Drawing draw(ReportData data, List<Comparison> group, int number, String note) {
    double[] ratios =
        group.stream()
            .flatMap(c -> c.blocks().stream())
            .mapToDouble(BlockRatio::ratio)
            .filter(Double::isFinite)
            .toArray();
    double low = Math.min(1, DoubleStream.of(ratios).min().orElse(1));
    double high = Math.max(1, DoubleStream.of(ratios).max().orElse(1));
    double margin = Math.max(0.01, 0.06 * (high - low));
    int blocks =
        group.stream()
            .flatMap(c -> c.blocks().stream())
            .mapToInt(BlockRatio::block)
            .max()
            .orElse(1);
    List<String> labels = group.stream().map(BlockChart::statistics).toList();
    Plot plot = Plot.withLegend(Plot.NARROW, 250, "block", "ratio", labels);
    plot.x(0.5, blocks + 0.5).wholeX(blocks).y(low - margin, high + margin);
    plot.across(1, false);
    for (int i = 0; i < group.size(); i++) {
      Comparison c = group.get(i);
      List<BlockRatio> shown = c.blocks().stream().filter(b -> Double.isFinite(b.ratio())).toList();
      if (!shown.isEmpty()) {
        XYSeries line =
            plot.legendLine(
                statistics(c),
                shown.stream().mapToDouble(BlockRatio::block).toArray(),
                shown.stream().mapToDouble(BlockRatio::ratio).toArray(),
                i,
                1.5f);
        line.setMarker(Panels.MARKERS.get(i % Panels.MARKERS.size()));
        line.setMarkerColor(Ink.series(i));
      }
    }
    Comparison c = group.get(0);
    return plot.finish(
        "blocks-" + c.metric() + "-" + number,
        "Ratio of " + c.metric() + " in each block",
        data.treatments().label(c.treatment())
            + " / "
            + data.treatments().label(c.baseline())
            + ". A trend or a single block that carries the result would show here."
            + note);
  }

  private static String statistics(Comparison c) {
    return c.statistic().equals(c.baselineStatistic())
        ? c.statistic()
        : c.statistic() + " / " + c.baselineStatistic();
  }
}
