package dev.shortpath.reports.table;

import dev.shortpath.harness.analysis.Analysis;
import dev.shortpath.harness.analysis.Comparison;
import dev.shortpath.harness.analysis.Judgement;
import dev.shortpath.harness.experiment.Published;
import dev.shortpath.reports.data.Figures;
import dev.shortpath.reports.data.Group;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.data.Scale;
import dev.shortpath.reports.data.Verdicts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** For each source of claims: its figures beside those of this run, under every analysis. */
public final class PublishedTable implements Table {
  @Override
  public Place place() {
    return Place.PUBLISHED;
  }

  @Override
  public List<Grid> grids(ReportData data) {
    Map<String, List<Judgement>> sources = new LinkedHashMap<>();
    for (Judgement j : data.first().judgements()) {
      sources.computeIfAbsent(j.claim().source(), s -> new ArrayList<>()).add(j);
    }
    List<Grid> grids = new ArrayList<>();
    Set<String> laidOut = Group.of(data).stream().map(Group::source).collect(Collectors.toSet());
    sources.forEach(
        (source, judged) ->
            grids.add(grid(data, source, judged, grids.size() + 1, laidOut.contains(source))));
    return grids;
  }

  private static Grid grid(
      ReportData data, String source, List<Judgement> judged, int number, boolean folded) {
    List<Column> columns = new ArrayList<>();
    columns.add(Column.words("claim"));
    columns.add(
        new Column(
            "published",
            true,
            List.of(
                "published baseline", "published treatment", "published unit", "published ratio")));
    for (Analysis analysis : data.analyses()) {
      String with = data.analyses().size() > 1 ? " (" + trim(analysis) + ")" : "";
      columns.add(
          new Column(
              (data.imported() ? "these data" : "measured") + with,
              true,
              List.of(
                  "baseline" + with,
                  "treatment" + with,
                  "unit" + with,
                  "ratio" + with,
                  "ratio low" + with,
                  "ratio high" + with)));
      columns.add(new Column("verdict" + with, false, List.of("verdict" + with)));
    }
    List<List<Cell>> rows = new ArrayList<>();
    judged.forEach(j -> rows.add(row(data, j)));
    return new Grid(
        "published-" + number,
        source == null ? "No source" : source,
        "Baseline → treatment, change, [interval].",
        columns,
        rows,
        folded || judged.stream().noneMatch(Verdicts::judged));
  }

  private static List<Cell> row(ReportData data, Judgement first) {
    List<Cell> row = new ArrayList<>();
    row.add(Cell.words(Verdicts.name(data, first), what(first)));
    row.add(published(first));
    for (Analysis analysis : data.analyses()) {
      Judgement j = same(analysis, first);
      row.add(measured(j == null ? null : j.comparison()));
      row.add(j == null ? Cell.words("–") : Cell.verdict(j));
    }
    return row;
  }

  private static String what(Judgement j) {
    String of = j.claim().statistic();
    String ofBaseline = j.claim().baselineStatistic();
    return (of.equals(ofBaseline) ? of : of + " against " + ofBaseline)
        + " of "
        + j.claim().metric();
  }

  private static Cell measured(Comparison c) {
    if (c == null) {
      return new Cell(List.of("–"), List.of("", "", "", "", "", ""), "faint");
    }
    Scale scale = Scale.of(c.unit(), c.baselineValue());
    List<String> raw =
        new ArrayList<>(
            List.of(
                Figures.raw(c.baselineValue()),
                Figures.raw(c.treatmentValue()),
                c.unit() == null ? "" : c.unit()));
    raw.addAll(Cell.raw(c.ratio()));
    return new Cell(
        List.of(
            pair(scale, c.baselineValue(), c.treatmentValue()),
            Figures.change(c.ratio().value()),
            Figures.change(c.ratio().interval())),
        raw,
        "");
  }

  private static Cell published(Judgement j) {
    Published p = Verdicts.published(j);
    if (p == null || p.ratio() == null) {
      return new Cell(VerdictTable.published(j).lines(), List.of("", "", "", ""), "");
    }
    String unit = p.unit() == null ? "" : p.unit();
    boolean figures = p.baseline() != null && p.treatment() != null;
    String change = Figures.change(p.ratio());
    return new Cell(
        figures
            ? List.of(
                pair(new Scale(unit.equals("us") ? "µs" : unit, 1), p.baseline(), p.treatment()),
                change)
            : List.of(change),
        List.of(
            Figures.raw(p.baseline()), Figures.raw(p.treatment()), unit, Figures.raw(p.ratio())),
        "");
  }

  private static String pair(Scale scale, double baseline, double treatment) {
    return (scale.text(baseline) + " → " + scale.text(treatment) + " " + scale.symbol()).strip();
  }

  private static Judgement same(Analysis analysis, Judgement first) {
    return analysis.judgements().stream()
        .filter(j -> j.claim().id().equals(first.claim().id()))
        .filter(j -> Objects.equals(j.stratum(), first.stratum()))
        .findFirst()
        .orElse(null);
  }

  static String trim(Analysis analysis) {
    String trim = analysis.policy().trim();
    return trim.equals("none") ? "untrimmed" : trim;
  }
}
