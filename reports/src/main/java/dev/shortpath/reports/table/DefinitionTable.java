package dev.shortpath.reports.table;

import dev.shortpath.harness.metric.Metric;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What each metric means, and where its definition comes from. */
public final class DefinitionTable implements Table {
  @Override
  public Place place() {
    return Place.METHOD;
  }

  @Override
  public List<Grid> grids(ReportData data) {
    Map<String, Metric> metrics = new LinkedHashMap<>();
    if (data.first().metrics() != null) {
      data.first().metrics().forEach(m -> metrics.put(m.name(), m));
    }
    data.run().metrics().forEach(m -> metrics.putIfAbsent(m.name(), m));
    List<List<Cell>> rows = new ArrayList<>();
    for (Metric m : metrics.values()) {
      rows.add(
          List.of(
              Cell.words(m.name()),
              Cell.words(m.unit()),
              Cell.words(m.better().name().toLowerCase(Locale.ROOT)),
              Cell.words(m.definition()),
              Cell.words(m.source())));
    }
    return rows.isEmpty()
        ? List.of()
        : List.of(
            Grid.of(
                "metrics",
                "Definitions of the metrics",
                "Units are those of the stored samples and of the CSV files.",
                List.of(
                    Column.words("metric"),
                    Column.words("unit"),
                    Column.words("better"),
                    Column.words("definition"),
                    Column.words("source")),
                rows));
  }
}
