package dev.shortpath.reports.html;

import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import java.util.List;

/** What to look for in the charts over time. */
public final class Course implements Prose {
  @Override
  public Place place() {
    return Place.COURSE;
  }

  @Override
  public List<Paragraph> paragraphs(ReportData data) {
    return List.of(
        Paragraph.text(
            "Drift, bursts and trials that stand out show here. Blocks hold every treatment once,"
                + " so slow drift falls on all of them alike."));
  }
}
