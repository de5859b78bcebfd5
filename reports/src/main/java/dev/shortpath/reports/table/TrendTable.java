package dev.shortpath.reports.table;

import dev.shortpath.harness.analysis.TrendLine;
import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.reports.data.Figures;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.data.Scale;
import dev.shortpath.reports.data.Trends;
import java.util.ArrayList;
import java.util.List;

/** How much a figure grows for each step of a numeric factor, stratum by stratum. */
public final class TrendTable implements Table {
  @Override
  public Place place() {
    return Place.SCALING;
  }

  @Override
  public List<Grid> grids(ReportData data) {
    List<Grid> grids = new ArrayList<>();
    Trends.of(data).forEach(lines -> grids.add(grid(data, lines)));
    return grids;
  }

  private static Grid grid(ReportData data, List<TrendLine> lines) {
    TrendLine any = lines.get(0);
    Scale slope = Trends.slopes(lines);
    Scale level =
        Scale.of(
            any.unit(),
            lines.stream()
                .filter(l -> l.intercept() != null)
                .mapToDouble(l -> l.intercept().value())
                .max()
                .orElse(0));
    List<Column> columns =
        List.of(
            new Column("lines", false, List.of("levels")),
            Column.estimate(
                "slope, "
                    + (slope.symbol().isEmpty() ? "" : slope.symbol() + " ")
                    + "for one more of "
                    + any.over(),
                "slope"),
            Column.estimate(level.heading("line at " + any.over() + " = 0"), "intercept"),
            Column.estimate("last level / first level", "ratio"),
            Column.figure("points"),
            Column.figure("blocks"),
            Column.words("note"));
    List<List<Cell>> rows = new ArrayList<>();
    for (TrendLine l : lines) {
      String words = l.stratum().isEmpty() ? l.metric() : data.treatments().label(l.stratum());
      rows.add(
          List.of(
              new Cell(List.of(words), List.of(new Treatment(l.levels()).id()), ""),
              Cell.estimate(slope, l.slope()),
              Cell.estimate(level, l.intercept()),
              Cell.ratio(l.ratio()),
              Cell.count(l.points().size()),
              Cell.count(l.blocks()),
              Cell.words(l.note())));
    }
    return new Grid(
        "trend-" + any.metric() + "-" + any.statistic() + "-" + any.over(),
        "Growth of "
            + any.metric()
            + " ("
            + Figures.statistic(any.statistic())
            + ") with "
            + any.over(),
        "Straight line by ordinary least squares through the figures at each level, drawn anew in"
            + " every resample of blocks: slope, [interval]. A slope whose interval holds 0 is no"
            + " growth that this run could show. Where the points lie on no line there is none, and a"
            + " note says why; two points always lie on one.",
        columns,
        rows,
        rows.size() > Grid.LONG);
  }
}
