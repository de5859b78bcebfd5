package dev.shortpath.reports.table;

import dev.shortpath.harness.analysis.Comparison;
import dev.shortpath.harness.analysis.Judgement;
import dev.shortpath.harness.statistics.Statistic;
import dev.shortpath.reports.data.Figures;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.data.Scale;
import dev.shortpath.reports.data.Treatments;
import dev.shortpath.reports.data.Verdicts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The A/A result, and what each comparison could have shown. */
public final class ComparisonTable implements Table {
  private static final String DELTA =
      "Cliff's delta runs from −1 (every sample of the treatment is below every sample of the"
          + " baseline) to 1. Smallest detectable: the smallest departure of the ratio from 1 that"
          + " this run could have shown. All three, and p, are about where values lie: of spreads and"
          + " extremes they say nothing.";

  @Override
  public Place place() {
    return Place.SENSITIVITY;
  }

  @Override
  public List<Grid> grids(ReportData data) {
    List<Grid> grids = new ArrayList<>();
    List<Comparison> repeats = data.first().repeats();
    List<Comparison> claimed = repeats.stream().filter(c -> claimed(data, c)).toList();
    add(
        grids,
        data,
        "repeats",
        "A/A: the same treatment twice",
        "Both sides are the same treatment, so the ratio should be 1 and its interval hold 1."
            + " Figures that claims rest on.",
        claimed.isEmpty() ? repeats : claimed,
        Math.max(claimed.size(), claimed.isEmpty() ? repeats.size() : 0) > Grid.LONG);
    sensitivity(grids, data);
    List<Comparison> all = new ArrayList<>(ReportData.comparisons(data.first()));
    all.addAll(repeats);
    add(
        grids,
        data,
        "comparisons",
        "Every comparison: test, effect size, smallest detectable effect",
        DELTA,
        all,
        true);
    return grids;
  }

  private static boolean claimed(ReportData data, Comparison repeat) {
    return data.first().judgements().stream()
        .map(Judgement::claim)
        .anyMatch(
            claim ->
                claim.metric().equals(repeat.metric())
                    && claim.statistic().equals(repeat.statistic()));
  }

  private static void sensitivity(List<Grid> grids, ReportData data) {
    List<List<Cell>> rows = new ArrayList<>();
    for (Judgement j : data.first().judgements()) {
      Comparison c = j.comparison();
      if (c != null) {
        rows.add(
            List.of(
                Cell.words(Verdicts.name(data, j)),
                Cell.change(c.ratio()),
                least(c),
                probability(c),
                delta(c)));
      }
    }
    if (!rows.isEmpty()) {
      List<Column> columns =
          List.of(
              Column.words("claim"),
              Column.estimate("change", "ratio"),
              Column.figure("smallest detectable change"),
              new Column("p", true, List.of("p", "test")),
              Column.figure("Cliff's delta"));
      grids.add(
          new Grid(
              "sensitivity",
              "Smallest detectable change of each claim",
              DELTA,
              columns,
              rows,
              rows.size() > Grid.LONG));
    }
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
        probability(c),
        delta(c),
        least(c));
  }

  /** Whether its statistic says where values lie, of which the test and the effect size are. */
  private static boolean placed(Comparison c) {
    return Stream.of(c.statistic(), c.baselineStatistic())
        .allMatch(name -> Statistic.named(name).map(Statistic::place).orElse(true));
  }

  private static Cell probability(Comparison c) {
    if (!placed(c)) {
      return new Cell(List.of("–"), List.of("", ""), "test");
    }
    String test = c.test() == null ? "" : c.test();
    return new Cell(
        test.isEmpty()
            ? List.of(Figures.probability(c.pValue()))
            : List.of(Figures.probability(c.pValue()), test),
        List.of(Figures.raw(c.pValue()), test),
        "test");
  }

  private static Cell delta(Comparison c) {
    Double delta = placed(c) ? c.cliffsDelta() : null;
    String text =
        delta == null ? "–" : String.format(Locale.ROOT, "%+.3f", delta).replace('-', '−');
    return Cell.figure(text, delta);
  }

  private static Cell least(Comparison c) {
    Double least = placed(c) ? c.smallestDetectable() : null;
    return Cell.figure(least == null ? "–" : "±" + Figures.percent(least), least);
  }

  private static Cell holds(Comparison c) {
    return Cell.words(
        c.ratio() == null || c.ratio().interval() == null
            ? "–"
            : c.ratio().interval().contains(1) ? "yes" : "no");
  }
}
