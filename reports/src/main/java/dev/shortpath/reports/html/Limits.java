package dev.shortpath.reports.html;

import dev.shortpath.harness.analysis.Analysis;
import dev.shortpath.reports.data.Figures;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.table.EnvironmentTable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** What these figures do not say. */
public final class Limits implements Prose {
  private static final int FEW_BLOCKS = 5;

  @Override
  public Place place() {
    return Place.LIMITS;
  }

  @Override
  public List<Paragraph> paragraphs(ReportData data) {
    List<Paragraph> limits = new ArrayList<>();
    Set<String> notes = new LinkedHashSet<>();
    for (Analysis analysis : data.analyses()) {
      if (analysis.notes() != null) {
        notes.addAll(analysis.notes());
      }
    }
    notes.forEach(n -> limits.add(Paragraph.item(n)));
    if (!data.imported()) {
      limits.add(
          Paragraph.item(
              "One run: absolute times hold for these machines and kernels at that"
                  + " time. Ratios carry over better, and only to paths made of the same parts."));
      new TreeMap<>(data.run().parts())
          .forEach(
              (name, what) -> {
                if (EnvironmentTable.standIn(name, what)) {
                  limits.add(
                      Paragraph.item("Stand-in, not the part itself: " + name + " – " + what));
                }
              });
      long blocks = data.run().plan().stream().map(t -> t.block()).distinct().count();
      if (blocks < FEW_BLOCKS) {
        limits.add(
            Paragraph.item(
                "Only "
                    + Figures.counted(blocks, "block")
                    + ": intervals over so few blocks are wide and rest on assumptions."));
      }
    }
    limits.add(
        Paragraph.item(
            "Many claims are judged in one run, each by itself: no correction for their number is"
                + " made."));
    return limits;
  }
}
