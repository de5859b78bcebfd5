package dev.shortpath.reports.table;

import dev.shortpath.harness.analysis.Summary;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.Ratios;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.data.Scale;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Metrics with one value a trial (costs): their means under each treatment. */
public final class CostTable implements Table {
  private static final String MEAN = "mean";

  @Override
  public Place place() {
    return Place.FIGURES;
  }

  @Override
  public List<Grid> grids(ReportData data) {
    List<List<Cell>> rows = new ArrayList<>();
    Ratios ratios = Ratios.of(data.first());
    for (String metric : data.metrics()) {
      if (data.cost(metric)) {
        data.first().summaries().stream()
            .filter(s -> s.metric().equals(metric) && s.statistics().containsKey(MEAN))
            .sorted(Comparator.comparingInt(s -> data.treatments().index(s.treatment())))
            .forEach(s -> rows.add(row(data, ratios, s)));
      }
    }
    List<Column> columns =
        List.of(
            Column.words("metric"),
            Column.words("treatment"),
            Column.figure("trials"),
            Column.words("unit"),
            new Column(
                "mean of the trials",
                true,
                List.of(MEAN, "mean low", "mean high", "ratio", "ratio low", "ratio high")));
    return rows.isEmpty()
        ? List.of()
        : List.of(
            new Grid(
                "costs",
                "Costs",
                "One value a trial. Figure, [interval]"
                    + MetricTable.changes(data, ratios, data::cost),
                columns,
                rows,
                rows.size() > Grid.LONG));
  }

  private static List<Cell> row(ReportData data, Ratios ratios, Summary s) {
    Scale scale = data.scale(s.metric());
    return List.of(
        Cell.words(s.metric()),
        new Cell(List.of(data.treatments().label(s.treatment())), List.of(s.treatment()), ""),
        Cell.count(s.trials()),
        new Cell(List.of(scale.symbol()), List.of(s.unit() == null ? "" : s.unit()), ""),
        MetricTable.with(
            Cell.estimate(scale, s.statistics().get(MEAN)), MetricTable.change(ratios, s, MEAN)));
  }
}
