package dev.shortpath.reports.chart;

import dev.shortpath.reports.data.Figures;
import dev.shortpath.reports.data.Lead;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import java.util.List;

/** The one chart of a sweep that stands on the first screen. */
public final class LeadChart implements Chart {
  @Override
  public Place place() {
    return Place.ANSWER;
  }

  @Override
  public List<Drawing> draw(ReportData data) {
    return Lead.of(data).stream()
        .map(
            lead ->
                ScalingChart.panels(
                    data,
                    data.sweep().orElseThrow(),
                    lead.metric(),
                    List.of(lead.panel()),
                    "lead",
                    Figures.sentence(Figures.statistic(lead.statistic()))
                        + " of "
                        + lead.metric()
                        + " against "
                        + data.sweep().orElseThrow().factor(),
                    lead.strata() > 1
                        ? " The stratum of "
                            + lead.strata()
                            + " in which it changes most; all of them stand below."
                        : ""))
        .toList();
  }
}
