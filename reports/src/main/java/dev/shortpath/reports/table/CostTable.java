package dev.shortpath.reports.table;

import dev.shortpath.harness.analysis.Summary;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.data.Scale;
import java.util.ArrayList;
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
    for (String metric : data.metrics()) {
      if (data.samples().of(metric).isEmpty()) {
        for (String treatment : data.treatments().ids()) {
          data.first().summaries().stream()
              .filter(s -> s.metric().equals(metric) && s.treatment().equals(treatment))
              .filter(s -> s.statistics().containsKey(MEAN))
              .forEach(s -> rows.add(row(data, s)));
        }
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
            Grid.of(
                "costs",
                "Costs",
                "One value a trial. Figure, [interval], change to the baseline that a claim names.",
                columns,
                rows));
  }

  private static List<Cell> row(ReportData data, Summary s) {
    Scale scale = data.scale(s.metric());
    return List.of(
        Cell.words(s.metric()),
        new Cell(List.of(data.treatments().label(s.treatment())), List.of(s.treatment()), ""),
        Cell.count(s.trials()),
        new Cell(List.of(scale.symbol()), List.of(s.unit() == null ? "" : s.unit()), ""),
        MetricTable.with(
            Cell.estimate(scale, s.statistics().get(MEAN)),
            MetricTable.change(data.first(), s, MEAN)));
  }
}
