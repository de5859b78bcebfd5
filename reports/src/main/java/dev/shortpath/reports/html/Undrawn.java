package dev.shortpath.reports.html;

import dev.shortpath.reports.chart.ViolinChart;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

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
    Map<Boolean, List<String>> dots =
        single.stream().collect(Collectors.partitioningBy(m -> ViolinChart.shows(data, m)));
    add(
        lines,
        "One value a trial, so dots, no distribution function and no course",
        dots.get(true));
    add(lines, "One value a trial, and no picture of them here", dots.get(false));
    return lines;
  }

  private static void add(List<Paragraph> lines, String what, List<String> metrics) {
    if (!metrics.isEmpty()) {
      String names = String.join(", ", metrics);
      lines.add(Paragraph.item(what + ": " + names + ". The tables hold their figures."));
    }
  }
}
