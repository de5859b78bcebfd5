package dev.shortpath.reports.html;

import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import java.util.List;

/** Which metrics have no picture because all their values are 0: where their first would stand. */
public final class Zero implements Prose {
  @Override
  public Place place() {
    return Place.SCALING;
  }

  @Override
  public List<Paragraph> paragraphs(ReportData data) {
    return data.sweep().isPresent() ? line(data) : List.of();
  }

  /** One line; none where no metric is so. */
  static List<Paragraph> line(ReportData data) {
    List<String> zero = data.metrics().stream().filter(data::zero).toList();
    return zero.isEmpty()
        ? List.of()
        : List.of(
            Paragraph.item(
                "0 in every trial used, so no picture: "
                    + String.join(", ", zero)
                    + ". The tables hold them."));
  }
}
