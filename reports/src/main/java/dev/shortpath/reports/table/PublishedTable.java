package dev.shortpath.reports.table;

import dev.shortpath.harness.analysis.Analysis;
import dev.shortpath.harness.analysis.Comparison;
import dev.shortpath.harness.analysis.Estimate;
import dev.shortpath.harness.analysis.Judgement;
import dev.shortpath.harness.experiment.Published;
import dev.shortpath.reports.data.Figures;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.data.Scale;
import dev.shortpath.reports.data.Verdicts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

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
    sources.forEach((source, judged) -> grids.add(grid(data, source, judged, grids.size() + 1)));
    return grids;
  }

  private static Grid grid(ReportData data, String source, List<Judgement> judged, int number) {
    List<Column> columns = new ArrayList<>();
    columns.add(Column.words("claim"));
    for (String of : List.of("baseline", "treatment")) {
      columns.add(
          new Column("published " + of, true, List.of("published " + of, "published unit " + of)));
    }
    columns.add(new Column("published change", true, List.of("published ratio")));
    for (Analysis analysis : data.analyses()) {
      String with = data.analyses().size() > 1 ? " (" + trim(analysis) + ")" : "";
      columns.add(new Column("baseline" + with, true, List.of("baseline, stored unit" + with)));
      columns.add(new Column("treatment" + with, true, List.of("treatment, stored unit" + with)));
      columns.add(Column.estimate("change" + with, "ratio" + with));
      columns.add(new Column("verdict" + with, false, List.of("verdict" + with)));
    }
    List<List<Cell>> rows = new ArrayList<>();
    judged.forEach(j -> rows.add(row(data, j)));
    return Grid.of("published-" + number, source == null ? "No source" : source, "", columns, rows);
  }

  private static List<Cell> row(ReportData data, Judgement first) {
    List<Cell> row = new ArrayList<>();
    row.add(Cell.words(Verdicts.name(data, first), what(first)));
    Published p = first.claim().published();
    row.add(published(p == null ? null : p.baseline(), p));
    row.add(published(p == null ? null : p.treatment(), p));
    row.add(VerdictTable.published(first));
    for (Analysis analysis : data.analyses()) {
      Judgement j = same(analysis, first);
      Comparison c = j == null ? null : j.comparison();
      row.add(value(c, c == null ? 0 : c.baselineValue()));
      row.add(value(c, c == null ? 0 : c.treatmentValue()));
      Estimate ratio = c == null ? null : c.ratio();
      row.add(Cell.change(ratio));
      row.add(
          j == null
              ? Cell.words("–")
              : new Cell(
                  List.of(Verdicts.words(j.verdict())),
                  List.of(j.verdict().words()),
                  Cell.verdict(j.verdict(), "").mark()));
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

  private static Cell value(Comparison c, double value) {
    if (c == null) {
      return new Cell(List.of("–"), List.of(""), "faint");
    }
    Scale scale = Scale.of(c.unit(), value);
    return new Cell(
        List.of((scale.text(value) + " " + scale.symbol()).strip()),
        List.of(Figures.raw(value)),
        "");
  }

  private static Cell published(Double value, Published p) {
    if (value == null) {
      return new Cell(List.of("–"), List.of("", ""), "faint");
    }
    String unit = p.unit() == null ? "" : p.unit();
    Scale plain = new Scale(unit.equals("us") ? "µs" : unit, 1);
    return new Cell(
        List.of((plain.text(value) + " " + plain.symbol()).strip()),
        List.of(Figures.raw(value), unit),
        "");
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
