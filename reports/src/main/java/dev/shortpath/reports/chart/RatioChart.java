package dev.shortpath.reports.chart;

import dev.shortpath.reports.data.Figures;
import dev.shortpath.reports.data.Group;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.RatioSeries;
import dev.shortpath.reports.data.RatioSeries.Ratio;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.data.Sweep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * For each level of the numeric factor the ratio of extremes, mean, median and standard deviation,
 * treatment to baseline, with the published ratios among them (as in Figs. 10–13 of Leiter et al.,
 * Infocommunications Journal XVII(1), 2025).
 */
public final class RatioChart implements Chart {
  private static final int PANELS = 8;
  private static final int FEW = 5;

  @Override
  public Place place() {
    return Place.PUBLISHED;
  }

  @Override
  public List<Drawing> draw(ReportData data) {
    List<Drawing> drawings = new ArrayList<>();
    Map<String, List<RatioSeries>> charts = new LinkedHashMap<>();
    for (RatioSeries series : RatioSeries.of(data)) {
      charts
          .computeIfAbsent(series.metric() + " " + series.sides(), k -> new ArrayList<>())
          .add(series);
    }
    List<Group> groups = Group.of(data);
    charts
        .values()
        .forEach(
            all ->
                Part.of(all.subList(0, Math.min(2 * PANELS, all.size())), PANELS)
                    .forEach(p -> drawings.add(draw(data, groups, p, drawings.size() + 1))));
    return drawings;
  }

  private static Drawing draw(
      ReportData data, List<Group> groups, Part<RatioSeries> part, int number) {
    Sweep sweep = data.sweep().orElseThrow();
    List<RatioSeries> all = part.items();
    RatioSeries any = all.get(0);
    Axis y = Axis.of(figures(all, groups));
    int columns = sweep.levels().size() > FEW || all.size() == 1 ? 1 : 2;
    String title =
        part.title(
            "Ratios of "
                + any.metric()
                + ", "
                + any.sides()
                + ", at each level of "
                + sweep.factor());
    Panels drawing = new Panels("ratios-" + number, title, columns, Panels.WIDTH / columns);
    for (int i = 0; i < RatioSeries.STATISTICS.size(); i++) {
      drawing.legend().mark(Figures.statistic(RatioSeries.STATISTICS.get(i)), i);
    }
    boolean published = false;
    boolean chance = false;
    for (RatioSeries series : all) {
      List<Group> own = groups.stream().filter(series::matches).toList();
      RatioPanel panel = new RatioPanel(sweep, y, Panels.WIDTH / columns);
      for (Group group : own) {
        chance |= panel.chance(group);
      }
      panel.measured(series);
      for (Group group : own) {
        published |= panel.published(group);
      }
      String stratum = series.stratum().isEmpty() ? "" : data.treatments().label(series.stratum());
      drawing.add(stratum, panel.plot());
    }
    if (published) {
      drawing.legend().cross("published");
    }
    if (chance) {
      drawing.legend().area("published ratio not to be told from 1");
    }
    return drawing.finish(
        "Above 1 the figure is larger with "
            + any.to()
            + " than with "
            + any.from()
            + ", the baseline. Upright bars: intervals; extremes have none. Bars that reach an edge go on beyond"
            + " it."
            + (chance
                ? " Grey: where a published ratio of its statistic can lie by chance alone, with as"
                    + " many trials as its source had."
                : ""));
  }

  /** Every figure drawn; intervals no further than half beyond the largest. */
  private static double[] figures(List<RatioSeries> all, List<Group> groups) {
    DoubleStream.Builder figures = DoubleStream.builder().add(1);
    List<Ratio> ratios = all.stream().flatMap(s -> s.ratios().values().stream()).toList();
    double max = Math.max(1, ratios.stream().mapToDouble(Ratio::value).max().orElse(1));
    for (Ratio r : ratios) {
      figures.add(r.value());
      if (r.interval() != null) {
        figures.add(r.interval().low()).add(Math.min(r.interval().high(), 1.5 * max));
      }
    }
    groups.stream()
        .filter(g -> all.stream().anyMatch(s -> s.matches(g)))
        .flatMap(g -> g.published().stream())
        .forEach(figures::add);
    return figures.build().filter(Double::isFinite).toArray();
  }
}
