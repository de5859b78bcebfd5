package dev.shortpath.reports.chart;

import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import java.util.List;

/** A kind of chart. Found by {@link java.util.ServiceLoader}. */
public interface Chart {
  /** Where in the report its drawings stand. */
  Place place();

  /** The drawings that these data allow; none where there is nothing to show. */
  List<Drawing> draw(ReportData data);
}
