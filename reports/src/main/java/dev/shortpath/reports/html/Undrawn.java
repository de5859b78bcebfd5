package dev.shortpath.reports.html;

import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import java.util.ArrayList;
import java.util.List;

/** Which metrics have no picture of a distribution, and why. */
public final class Undrawn implements Prose {
  @Override
  public Place place() {
    return Place.DISTRIBUTIONS;
  }

  @Override
  public List<Paragraph> paragraphs(ReportData data) {
    List<String> single =
        data.metrics().stream()
            .filter(metric -> data.cost(metric) || data.samples().single(metric))
            .filter(metric -> !data.zero(metric))
            .toList();
    List<Paragraph> lines = new ArrayList<>();
    if (data.sweep().isEmpty()) {
      lines.addAll(Zero.line(data));
    }
    if (!single.isEmpty()) {
      lines.add(
          Paragraph.item(
              "One value a trial, so no distribution function and no course: "
                  + String.join(", ", single)
                  + ". The tables hold their figures."));
    }
    return lines;
  }
}
