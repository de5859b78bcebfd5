package dev.shortpath.reports.table;

import dev.shortpath.harness.analysis.Comparison;
import dev.shortpath.harness.analysis.Interval;
import dev.shortpath.harness.analysis.Judgement;
import dev.shortpath.reports.data.Chance;
import dev.shortpath.reports.data.Figures;
import dev.shortpath.reports.data.Group;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.data.Sweep;
import dev.shortpath.reports.data.Verdicts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A published table of ratios as its source lays it out: a row for each level of the numeric
 * factor, a column for each statistic and stratum; measured and published side by side.
 */
public final class LevelTable implements Table {
  @Override
  public Place place() {
    return Place.PUBLISHED;
  }

  @Override
  public List<Grid> grids(ReportData data) {
    Map<String, List<Group>> sources = new LinkedHashMap<>();
    Group.of(data).forEach(g -> sources.computeIfAbsent(g.source(), s -> new ArrayList<>()).add(g));
    List<Grid> grids = new ArrayList<>();
    sources.forEach((source, groups) -> grids.add(grid(data, source, groups, grids.size() + 1)));
    return grids;
  }

  private static Grid grid(ReportData data, String source, List<Group> groups, int number) {
    Sweep sweep = data.sweep().orElseThrow();
    boolean chance =
        groups.stream()
            .flatMap(g -> g.points().values().stream())
            .anyMatch(j -> Chance.of(j) != null);
    List<Column> columns = new ArrayList<>();
    columns.add(new Column(sweep.factor(), true, List.of(sweep.factor())));
    for (Group g : groups) {
      String stratum = g.stratum().isEmpty() ? "" : ", " + data.treatments().label(g.stratum());
      String name = Figures.statistic(g.statistic()) + " of " + g.metric() + stratum;
      String field = g.metric() + " " + g.statistic() + stratum + " " + g.sides();
      columns.add(
          new Column(
              name + ", " + g.sides(),
              true,
              List.of(
                  field + " ratio",
                  field + " ratio low",
                  field + " ratio high",
                  field + " published",
                  field + " verdict",
                  field + " chance low",
                  field + " chance high")));
    }
    List<List<Cell>> rows = new ArrayList<>();
    for (String level : sweep.levels()) {
      if (groups.stream().anyMatch(g -> g.points().containsKey(level))) {
        List<Cell> row = new ArrayList<>();
        row.add(new Cell(List.of(sweep.written(level)), List.of(level), ""));
        groups.forEach(g -> row.add(cell(g.points().get(level), chance)));
        rows.add(row);
      }
    }
    return Grid.of(
        "levels-" + number,
        source.isEmpty() ? "Claims without a source" : source,
        "Measured ratio of the two sides that a column names, the second of which is the baseline,"
            + " [interval], published ratio and verdict (✓ reproduced, ✗ not reproduced,"
            + " ? inconclusive)."
            + (chance
                ? " Chance: where a ratio lies in "
                    + level(groups)
                    + " of 100 cases when the two sides do not differ, with as many trials as the"
                    + " source had; a published ratio within it cannot be told from 1."
                : ""),
        columns,
        rows);
  }

  private static String level(List<Group> groups) {
    return groups.stream()
        .flatMap(g -> g.points().values().stream())
        .map(Chance::of)
        .filter(i -> i != null)
        .findFirst()
        .map(i -> Long.toString(Math.round(100 * i.level())))
        .orElse("95");
  }

  private static Cell cell(Judgement j, boolean chance) {
    if (j == null) {
      return new Cell(List.of("–"), List.of("", "", "", "", "", "", ""), "faint");
    }
    Comparison c = j.comparison();
    Double published = Verdicts.ratio(j);
    Interval band = Chance.of(j);
    List<String> lines = new ArrayList<>();
    lines.add(
        c == null
            ? Verdicts.words(j)
            : Figures.ratio(c.ratio().value()) + " " + Verdicts.symbol(j));
    if (c != null && c.ratio().interval() != null) {
      lines.add(Figures.interval(c.ratio().value(), c.ratio().interval()));
    }
    lines.add(published == null ? "no figure published" : "published " + two(published));
    if (chance && band != null) {
      lines.add(
          (Chance.told(j) ? "beyond chance " : "within chance ")
              + two(band.low())
              + "–"
              + two(band.high()));
    }
    List<String> raw = new ArrayList<>(c == null ? List.of("", "", "") : Cell.raw(c.ratio()));
    raw.add(Figures.raw(published));
    raw.add(j.verdict().words());
    raw.add(band == null ? "" : Figures.raw(band.low()));
    raw.add(band == null ? "" : Figures.raw(band.high()));
    String style = j.verdict().name().toLowerCase(Locale.ROOT).replace('_', '-');
    String mark = "level " + (c == null ? "not-judged" : style);
    return new Cell(lines, raw, mark);
  }

  private static String two(double ratio) {
    return String.format(Locale.ROOT, "%.2f", ratio);
  }
}
