package dev.shortpath.reports.html;

import dev.shortpath.reports.data.Figures;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import java.util.List;

/** How many trials are attested. */
public final class Attested implements Prose {
  @Override
  public Place place() {
    return Place.PATH;
  }

  @Override
  public List<Paragraph> paragraphs(ReportData data) {
    if (data.imported()) {
      return List.of(
          Paragraph.warning(
              "The path is not attested: these are published data, and no counters were published"
                  + " with them."));
    }
    String text =
        data.proved()
            + " attested"
            + data.unmoved()
            + (data.unmoved().isEmpty() ? ", of " : "; of ")
            + Figures.count(data.run().plan().size())
            + " planned; "
            + Figures.counted(data.failed().size(), "attempt")
            + " failed.";
    return List.of(Paragraph.text(text));
  }
}
