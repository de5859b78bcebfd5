package dev.shortpath.reports.table;

import dev.shortpath.harness.analysis.Comparison;
import dev.shortpath.harness.analysis.Verdict;
import dev.shortpath.reports.data.Chance;
import dev.shortpath.reports.data.Figures;
import dev.shortpath.reports.data.Group;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.data.Verdicts;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Claims that are columns of one published table, a row for each column: how many hold here. */
public final class GroupTable implements Table {
  @Override
  public Place place() {
    return Place.ANSWER;
  }

  @Override
  public List<Grid> grids(ReportData data) {
    List<Group> groups = Group.of(data);
    List<List<Cell>> rows = new ArrayList<>();
    groups.forEach(g -> rows.add(row(data, g)));
    List<Column> columns =
        List.of(
            new Column(
                "claims", false, List.of("source", "metric", "statistic", "sides", "stratum")),
            new Column("verdicts", false, List.of("reproduced", "not reproduced", "inconclusive")),
            new Column("published ratios", true, List.of("published low", "published high")),
            new Column("measured ratios", true, List.of("measured low", "measured high")),
            new Column("published ratios that could be told from 1", true, List.of("told", "of")));
    return rows.isEmpty()
        ? List.of()
        : List.of(
            Grid.of(
                "claim-groups",
                "Claims, level by level of " + data.sweep().orElseThrow().factor(),
                "✓ reproduced, ✗ not reproduced, ? inconclusive; ratios from the smallest to the"
                    + " largest. Each claim stands below with its reason.",
                columns,
                rows));
  }

  private static Cell range(List<Double> ratios) {
    if (ratios.isEmpty()) {
      return new Cell(List.of("–"), List.of("", ""), "faint");
    }
    double low = ratios.stream().mapToDouble(d -> d).min().orElseThrow();
    double high = ratios.stream().mapToDouble(d -> d).max().orElseThrow();
    return new Cell(
        List.of(Figures.ratio(low) + " to " + Figures.ratio(high)),
        List.of(Figures.raw(low), Figures.raw(high)),
        "");
  }

  private static List<Cell> row(ReportData data, Group g) {
    String stratum = g.stratum().isEmpty() ? "" : data.treatments().label(g.stratum());
    List<Double> measured =
        g.points().values().stream()
            .map(j -> j.comparison())
            .filter(Objects::nonNull)
            .map(Comparison::ratio)
            .map(r -> r.value())
            .filter(Double::isFinite)
            .toList();
    List<String> lines = new ArrayList<>();
    List<String> raw = new ArrayList<>();
    for (Verdict verdict : Verdict.values()) {
      lines.add(Verdicts.symbol(verdict) + "\u00a0" + g.count(verdict));
      raw.add(Long.toString(g.count(verdict)));
    }
    if (g.unjudged() > 0) {
      lines.add("–\u00a0" + g.unjudged());
    }
    long known = g.points().values().stream().filter(j -> Chance.of(j) != null).count();
    long told = g.points().values().stream().filter(Chance::told).count();
    return List.of(
        new Cell(
            List.of(
                Figures.sentence(Figures.statistic(g.statistic()))
                    + " of "
                    + g.metric()
                    + (stratum.isEmpty() ? "" : ", " + stratum),
                g.sides() + " – " + g.source()),
            List.of(g.source(), g.metric(), g.statistic(), g.sides(), stratum),
            ""),
        new Cell(List.of(String.join(", ", lines)), raw, "verdict"),
        range(g.published()),
        range(measured),
        known == 0
            ? new Cell(List.of("–"), List.of("", ""), "faint")
            : new Cell(
                List.of(told + " of " + known),
                List.of(Long.toString(told), Long.toString(known)),
                ""));
  }
}
