package dev.shortpath.reports.table;

import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import java.util.List;

/** A kind of table. Found by {@link java.util.ServiceLoader}. */
public interface Table {
  /** Where in the report its grids stand. */
  Place place();

  /** The grids that these data allow; none where there is nothing to show. */
  List<Grid> grids(ReportData data);
}
