package dev.shortpath.reports.table;

import dev.shortpath.harness.analysis.Analysis;
import dev.shortpath.harness.analysis.Comparison;
import dev.shortpath.harness.analysis.Estimate;
import dev.shortpath.harness.analysis.Summary;
import dev.shortpath.reports.data.Figures;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.Ratios;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.data.Scale;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What was sampled, under each treatment and analysis: quartiles (as in eZtunnel's Table I), spread
 * (as in its Table II), mean and extremes; each with its interval and the change to the baseline.
 */
public final class MetricTable implements Table {
  /** In a sweep charts show the figures first, and longer tables than this are folded. */
  private static final int FEW = 12;

  private record Part(String id, String title, List<String> statistics) {}

  private static final List<Part> PARTS =
      List.of(
          new Part("quartiles", "quartiles", List.of("p25", "p50", "p75")),
          new Part("spread", "spread", List.of("sd", "rfc3550-jitter")),
          new Part("extremes", "mean and extremes", List.of("mean", "p99", "min", "max")));

  @Override
  public Place place() {
    return Place.FIGURES;
  }

  @Override
  public List<Grid> grids(ReportData data) {
    List<Grid> grids = new ArrayList<>();
    List<Ratios> ratios = data.analyses().stream().map(Ratios::of).toList();
    for (String metric : data.metrics()) {
      if (data.cost(metric)) {
        continue;
      }
      Set<String> present = new TreeSet<>();
      data.first().summaries().stream()
          .filter(s -> s.metric().equals(metric))
          .forEach(s -> present.addAll(s.statistics().keySet()));
      Set<String> others = new TreeSet<>(present);
      for (Part part : PARTS) {
        others.removeAll(part.statistics());
        List<String> shown = part.statistics().stream().filter(present::contains).toList();
        if (!shown.isEmpty()) {
          grids.add(grid(data, ratios, metric, new Part(part.id(), part.title(), shown)));
        }
      }
      if (!others.isEmpty()) {
        grids.add(grid(data, ratios, metric, new Part("others", "others", List.copyOf(others))));
      }
    }
    return grids;
  }

  private static Grid grid(ReportData data, List<Ratios> ratios, String metric, Part part) {
    Scale scale = data.scale(metric);
    boolean several = data.analyses().size() > 1;
    List<Column> columns = new ArrayList<>();
    columns.add(Column.words("treatment"));
    if (several) {
      columns.add(Column.words("trimming"));
    }
    columns.add(Column.figure("trials"));
    columns.add(new Column("samples", true, List.of("samples", "kept")));
    for (String statistic : part.statistics()) {
      columns.add(
          new Column(
              scale.heading(Figures.statistic(statistic)),
              true,
              List.of(
                  statistic,
                  statistic + " low",
                  statistic + " high",
                  statistic + " ratio",
                  statistic + " ratio low",
                  statistic + " ratio high")));
    }
    List<List<Cell>> rows = new ArrayList<>();
    List<Map<String, Summary>> summaries =
        data.analyses().stream().map(analysis -> of(analysis, metric)).toList();
    for (String treatment : data.treatments().ids()) {
      for (int i = 0; i < data.analyses().size(); i++) {
        Summary s = summaries.get(i).get(treatment);
        if (s != null) {
          String trimming = several ? PublishedTable.trim(data.analyses().get(i)) : null;
          rows.add(row(data, ratios.get(i), s, part, scale, trimming));
        }
      }
    }
    String title = metric + ": " + part.title();
    boolean folded = rows.size() > (data.sweep().isPresent() ? FEW : Grid.LONG);
    String note = "Each cell: figure, [interval]" + changes(data, ratios.get(0), metric::equals);
    return new Grid(metric + "-" + part.id(), title, note, columns, rows, folded);
  }

  /** The end of a note: which baselines the changes in a table's cells are to. */
  static String changes(ReportData data, Ratios ratios, Predicate<String> metric) {
    List<String> sides = ratios.sides(data.treatments(), metric);
    return sides.isEmpty()
        ? "."
        : ", and the change to the baseline that a claim names, with its interval: "
            + String.join("; ", sides)
            + ".";
  }

  private static Map<String, Summary> of(Analysis analysis, String metric) {
    Map<String, Summary> summaries = new HashMap<>();
    analysis.summaries().stream()
        .filter(s -> s.metric().equals(metric))
        .forEach(s -> summaries.putIfAbsent(s.treatment(), s));
    return summaries;
  }

  private static List<Cell> row(
      ReportData data, Ratios ratios, Summary s, Part part, Scale scale, String trimming) {
    List<Cell> row = new ArrayList<>();
    row.add(new Cell(List.of(data.treatments().label(s.treatment())), List.of(s.treatment()), ""));
    if (trimming != null) {
      row.add(Cell.words(trimming));
    }
    row.add(Cell.count(s.trials()));
    String kept = s.kept() == s.samples() ? "" : Figures.count(s.kept()) + " kept";
    row.add(
        new Cell(
            kept.isEmpty()
                ? List.of(Figures.count(s.samples()))
                : List.of(Figures.count(s.samples()), kept),
            List.of(Long.toString(s.samples()), Long.toString(s.kept())),
            ""));
    for (String statistic : part.statistics()) {
      Estimate e = s.statistics().get(statistic);
      row.add(with(Cell.estimate(scale, e), change(ratios, s, statistic)));
    }
    return row;
  }

  static Cell with(Cell cell, Estimate ratio) {
    return ratio == null
        ? cell.and("", List.of("", "", ""))
        : cell.and(
            Figures.change(ratio.value()) + " " + Figures.change(ratio.interval()),
            Cell.raw(ratio));
  }

  /** The change of a treatment's statistic to the first baseline that it is held against. */
  static Estimate change(Ratios ratios, Summary s, String statistic) {
    Comparison c = ratios.of(s.metric(), statistic, s.treatment());
    return c == null ? null : c.ratio();
  }
}
