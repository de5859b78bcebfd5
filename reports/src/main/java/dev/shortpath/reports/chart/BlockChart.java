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

/**
 * The ratio within each block: a chart for each metric of a claim and pair of treatments, in it a
 * panel for each statistic, since the tail of a distribution varies far more than its middle; those
 * with the same ratios share one.
 */
public final class BlockChart implements Chart {
  /** In a sweep, more pairs than these are left to the tables. */
  private static final int MOST = 12;

  private static final int HEIGHT = 200;

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
    Comparison any = group.get(0);
    // Of one value a trial, all statistics but those of the spread are the same.
    Map<List<BlockRatio>, String> panels = new LinkedHashMap<>();
    group.forEach(
        c -> panels.merge(c.blocks(), statistics(c), (before, more) -> before + ", " + more));
    int last =
        group.stream()
            .flatMap(c -> c.blocks().stream())
            .mapToInt(BlockRatio::block)
            .max()
            .orElseThrow();
    Panels drawing =
        new Panels(
            "blocks-" + any.metric() + "-" + number,
            "Ratio of " + any.metric() + " in each block",
            panels.size());
    for (Map.Entry<List<BlockRatio>, String> panel : panels.entrySet()) {
      Plot plot = new Plot(Panels.width(panels.size()), HEIGHT, "block", "ratio");
      plot.x(0.5, last + 0.5).wholeX(last);
      line(plot, panel.getKey());
      drawing.add(panel.getValue(), plot);
    }
    return drawing.finish(
        data.treatments().label(any.treatment())
            + " / "
            + data.treatments().label(any.baseline())
            + ", the baseline. A trend or a single block that carries the result would show here."
            + (panels.size() == 1 ? "" : " Each panel has a scale of its own.")
            + note);
  }

  private static void line(Plot plot, List<BlockRatio> blocks) {
    double[] ratios = blocks.stream().mapToDouble(BlockRatio::ratio).toArray();
    double low = Math.min(1, DoubleStream.of(ratios).min().orElseThrow());
    double high = Math.max(1, DoubleStream.of(ratios).max().orElseThrow());
    double margin = Math.max(0.01, 0.06 * (high - low));
    plot.y(low - margin, high + margin).across(1, false);
    double[] x = blocks.stream().mapToDouble(BlockRatio::block).toArray();
    XYSeries line = plot.line(x, ratios, Ink.series(0), 1.5f, 0);
    line.setMarker(Mark.CIRCLE.marker());
    line.setMarkerColor(Ink.series(0));
  }

  private static String statistics(Comparison c) {
    return c.statistic().equals(c.baselineStatistic())
        ? c.statistic()
        : c.statistic() + " / " + c.baselineStatistic();
  }
}
