package dev.shortpath.reports.table;

import dev.shortpath.harness.analysis.Comparison;
import dev.shortpath.harness.analysis.Judgement;
import dev.shortpath.harness.experiment.Published;
import dev.shortpath.reports.data.Figures;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.data.Verdicts;
import java.util.ArrayList;
import java.util.List;

/** Each claim: published, measured, verdict. The first thing that a reader looks for. */
public final class VerdictTable implements Table {
  @Override
  public Place place() {
    return Place.ANSWER;
  }

  @Override
  public List<Grid> grids(ReportData data) {
    List<List<Cell>> rows = new ArrayList<>();
    for (Judgement j : data.first().judgements()) {
      rows.add(
          List.of(
              Cell.words(Verdicts.name(data, j), j.claim().statement()),
              published(j),
              measured(j.comparison()),
              Cell.verdict(j.verdict(), j.reason())));
    }
    List<Column> columns =
        List.of(
            Column.words("claim"),
            new Column("published change", true, List.of("published ratio")),
            Column.estimate(data.imported() ? "change in this data" : "measured change", "ratio"),
            new Column("verdict", false, List.of("verdict", "reason")));
    return rows.isEmpty()
        ? List.of()
        : List.of(Grid.of("verdicts", "Claims and verdicts", "", columns, rows));
  }

  private static Cell measured(Comparison c) {
    return Cell.change(c == null ? null : c.ratio());
  }

  static Cell published(Judgement j) {
    Published p = j.claim().published();
    if (p != null && p.ratio() != null) {
      return Cell.figure(Figures.change(p.ratio()), p.ratio());
    }
    String direction =
        switch (j.claim().direction()) {
          case LOWER -> "lower";
          case HIGHER -> "higher";
          case EQUAL -> "equal";
        };
    return new Cell(List.of(direction, "no figure"), List.of(""), "");
  }
}
