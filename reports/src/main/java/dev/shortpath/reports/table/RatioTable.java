package dev.shortpath.reports.table;

import dev.shortpath.harness.analysis.Estimate;
import dev.shortpath.reports.data.Figures;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.RatioSeries;
import dev.shortpath.reports.data.RatioSeries.Ratio;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.data.Sweep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the ratio charts show, in figures: a row for each level of the numeric factor. */
public final class RatioTable implements Table {
  @Override
  public Place place() {
    return Place.PUBLISHED;
  }

  @Override
  public List<Grid> grids(ReportData data) {
    Map<String, List<RatioSeries>> all = new LinkedHashMap<>();
    RatioSeries.of(data)
        .forEach(s -> all.computeIfAbsent(s.metric(), m -> new ArrayList<>()).add(s));
    List<Grid> grids = new ArrayList<>();
    all.forEach((metric, series) -> grids.add(grid(data, metric, series)));
    return grids;
  }

  private static Grid grid(ReportData data, String metric, List<RatioSeries> all) {
    Sweep sweep = data.sweep().orElseThrow();
    List<Column> columns = new ArrayList<>();
    columns.add(Column.words("sides"));
    columns.add(Column.words("stratum"));
    columns.add(Column.figure(sweep.factor()));
    for (String statistic : RatioSeries.STATISTICS) {
      columns.add(Column.estimate(Figures.statistic(statistic), statistic + " ratio"));
    }
    List<List<Cell>> rows = new ArrayList<>();
    for (RatioSeries series : all) {
      String stratum = series.stratum().isEmpty() ? "–" : data.treatments().label(series.stratum());
      for (String level : sweep.levels()) {
        List<Cell> row = new ArrayList<>();
        row.add(Cell.words(series.sides()));
        row.add(Cell.words(stratum));
        row.add(new Cell(List.of(sweep.written(level)), List.of(level), ""));
        for (String statistic : RatioSeries.STATISTICS) {
          Ratio r = series.of(level, statistic);
          row.add(Cell.ratio(r == null ? null : new Estimate(r.value(), r.interval())));
        }
        rows.add(row);
      }
    }
    return new Grid(
        "ratios-" + metric,
        "Ratios of " + metric + " at each level of " + sweep.factor(),
        "Sides: treatment / baseline. Ratio, [interval]; extremes have none.",
        columns,
        rows,
        true);
  }
}
