package dev.shortpath.reports.html;

import dev.shortpath.reports.chart.Chart;
import dev.shortpath.reports.chart.Drawing;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.table.Grid;
import dev.shortpath.reports.table.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/**
 * All that a report shows, section by section; what charts, tables and texts there are is found by
 * {@link ServiceLoader}.
 *
 * @param data what it is made from
 * @param sections those that have something to show
 */
public record Page(ReportData data, List<Section> sections) {
  /**
   * A section.
   *
   * @param id anchor
   * @param title heading
   * @param texts in order
   * @param drawings in order
   * @param grids in order
   */
  public record Section(
      String id, String title, List<Paragraph> texts, List<Drawing> drawings, List<Grid> grids) {
    boolean empty() {
      return texts.isEmpty() && drawings.isEmpty() && grids.isEmpty();
    }
  }

  /** Draws and tabulates everything. */
  public static Page of(ReportData data) {
    List<Prose> proses = all(Prose.class);
    List<Chart> charts = all(Chart.class);
    List<Table> tables = all(Table.class);
    List<Section> sections = new ArrayList<>();
    for (Place place : Place.values()) {
      List<Paragraph> texts = new ArrayList<>();
      List<Drawing> drawings = new ArrayList<>();
      List<Grid> grids = new ArrayList<>();
      proses.stream()
          .filter(p -> p.place() == place)
          .forEach(p -> texts.addAll(p.paragraphs(data)));
      charts.stream().filter(c -> c.place() == place).forEach(c -> drawings.addAll(c.draw(data)));
      tables.stream().filter(t -> t.place() == place).forEach(t -> grids.addAll(t.grids(data)));
      Section section = new Section(place.id(), place.title(), texts, drawings, grids);
      if (!section.empty()) {
        sections.add(section);
      }
    }
    return new Page(data, sections);
  }

  /** Every chart. */
  public List<Drawing> drawings() {
    return sections.stream().flatMap(s -> s.drawings().stream()).toList();
  }

  /** Every table. */
  public List<Grid> grids() {
    return sections.stream().flatMap(s -> s.grids().stream()).toList();
  }

  private static <T> List<T> all(Class<T> type) {
    return ServiceLoader.load(type, Page.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }
}
