package dev.shortpath.reports.table;

import dev.shortpath.harness.analysis.Comparison;
import dev.shortpath.harness.analysis.Judgement;
import dev.shortpath.reports.data.Figures;
import dev.shortpath.reports.data.Group;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.data.Verdicts;
import java.util.ArrayList;
import java.util.List;

/**
 * Each claim: published, measured, verdict. The first thing that a reader looks for; what could not
 * be judged stands folded behind it.
 */
public final class VerdictTable implements Table {
  /** More claims than these are folded where a table of groups stands before them. */
  private static final int MANY = 12;

  @Override
  public Place place() {
    return Place.ANSWER;
  }

  @Override
  public List<Grid> grids(ReportData data) {
    List<List<Cell>> rows = new ArrayList<>();
    List<List<Cell>> unjudged = new ArrayList<>();
    for (Judgement j : data.first().judgements()) {
      (Verdicts.judged(j) ? rows : unjudged)
          .add(
              List.of(
                  Cell.verdict(j),
                  new Cell(
                      List.of(Figures.together(j.claim().statement()), Verdicts.name(data, j)),
                      List.of(Verdicts.name(data, j), j.claim().statement()),
                      ""),
                  published(j),
                  measured(j.comparison()),
                  new Cell(
                      List.of(Figures.together(Verdicts.why(j))), List.of(j.reason()), "why")));
    }
    List<Column> columns =
        List.of(
            Column.words("verdict"),
            new Column("claim", false, List.of("claim", "statement")),
            new Column("published change", true, List.of("published ratio")),
            Column.estimate(data.imported() ? "change in these data" : "measured change", "ratio"),
            new Column("why", false, List.of("reason")));
    List<Grid> grids = new ArrayList<>();
    if (!rows.isEmpty()) {
      boolean folded = rows.size() > MANY && !Group.of(data).isEmpty();
      grids.add(new Grid("verdicts", "Claims and verdicts", "", columns, rows, folded));
    }
    if (!unjudged.isEmpty()) {
      String title = "Claims that this run could not judge";
      grids.add(new Grid("unjudged", title, "", columns, unjudged, true));
    }
    return grids;
  }

  private static Cell measured(Comparison c) {
    return Cell.change(c == null ? null : c.ratio());
  }

  static Cell published(Judgement j) {
    Double ratio = Verdicts.ratio(j);
    if (ratio != null) {
      return Cell.figure(Figures.change(ratio), ratio);
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
