package dev.shortpath.reports.table;

import dev.shortpath.harness.analysis.Comparison;
import dev.shortpath.reports.data.Figures;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.data.Scale;
import dev.shortpath.reports.data.Treatments;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The A/A result, and what each comparison could have shown. */
public final class ComparisonTable implements Table {
  @Override
  public Place place() {
    return Place.SENSITIVITY;
  }

  @Override
  public List<Grid> grids(ReportData data) {
    List<Grid> grids = new ArrayList<>();
    add(
        grids,
        data,
        "repeats",
        "A/A: the same treatment twice",
        "Both sides are the same treatment, so the ratio should be 1 and its interval hold 1.",
        data.first().repeats(),
        false);
    add(
        grids,
        data,
        "comparisons",
        "Every comparison: test, effect size, smallest detectable effect",
        "Cliff's delta runs from −1 (every sample of the treatment is below every sample of the"
            + " baseline) to 1. Smallest detectable: the smallest departure of the ratio from 1"
            + " that this run could have shown.",
        ReportData.comparisons(data.first()),
        true);
    return grids;
  }

  private static void add(
      List<Grid> grids,
      ReportData data,
      String id,
      String title,
      String note,
      List<Comparison> comparisons,
      boolean folded) {
    List<Column> columns =
        List.of(
            Column.words("figure"),
            new Column("sides", false, List.of("treatment", "baseline")),
            new Column("baseline", true, List.of("baseline value", "unit")),
            new Column("treatment", true, List.of("treatment value")),
            Column.estimate("ratio", "ratio"),
            new Column("holds 1", false, List.of("interval holds 1")),
            Column.estimate("difference", "difference"),
            new Column("p", true, List.of("p", "test")),
            Column.figure("Cliff's delta"),
            Column.figure("smallest detectable"));
    List<List<Cell>> rows = comparisons.stream().map(c -> row(data.treatments(), c)).toList();
    if (!rows.isEmpty()) {
      grids.add(new Grid(id, title, note, columns, rows, folded));
    }
  }

  private static List<Cell> row(Treatments treatments, Comparison c) {
    Scale scale = Scale.of(c.unit(), c.baselineValue());
    String statistic =
        c.statistic().equals(c.baselineStatistic())
            ? c.statistic()
            : c.statistic() + " / " + c.baselineStatistic();
    String sides =
        c.treatment().equals(c.baseline())
            ? treatments.label(c.treatment())
            : treatments.label(c.treatment()) + " / " + treatments.label(c.baseline());
    Double delta = c.cliffsDelta();
    Double least = c.smallestDetectable();
    return List.of(
        Cell.words(c.metric() + " " + statistic),
        new Cell(List.of(sides), List.of(c.treatment(), c.baseline()), ""),
        new Cell(
            List.of((scale.text(c.baselineValue()) + " " + scale.symbol()).strip()),
            List.of(Figures.raw(c.baselineValue()), c.unit() == null ? "" : c.unit()),
            ""),
        Cell.figure(
            (scale.text(c.treatmentValue()) + " " + scale.symbol()).strip(), c.treatmentValue()),
        Cell.ratio(c.ratio()),
        holds(c),
        Cell.estimate(scale, c.difference()),
        new Cell(
            c.test() == null
                ? List.of(Figures.probability(c.pValue()))
                : List.of(Figures.probability(c.pValue()), c.test()),
            List.of(Figures.raw(c.pValue()), c.test() == null ? "" : c.test()),
            "test"),
        Cell.figure(
            delta == null ? "–" : String.format(Locale.ROOT, "%+.3f", delta).replace('-', '−'),
            delta),
        Cell.figure(least == null ? "–" : "±" + Figures.percent(least), least));
  }

  private static Cell holds(Comparison c) {
    return Cell.words(
        c.ratio() == null || c.ratio().interval() == null
            ? "–"
            : c.ratio().interval().contains(1) ? "yes" : "no");
  }
}
