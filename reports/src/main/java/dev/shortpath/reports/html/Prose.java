package dev.shortpath.reports.html;

import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import java.util.List;

/** A kind of text. Found by {@link java.util.ServiceLoader}. */
public interface Prose {
  /** Where in the report its paragraphs stand. */
  Place place();

  /** The paragraphs that these data call for. */
  List<Paragraph> paragraphs(ReportData data);
}
