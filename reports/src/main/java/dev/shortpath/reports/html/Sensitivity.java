package dev.shortpath.reports.html;

import dev.shortpath.harness.analysis.Comparison;
import dev.shortpath.harness.analysis.Judgement;
import dev.shortpath.reports.data.Figures;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.data.Verdicts;
import java.util.ArrayList;
import java.util.List;

/** The A/A result and the smallest detectable effect, in words. */
public final class Sensitivity implements Prose {
  @Override
  public Place place() {
    return Place.SENSITIVITY;
  }

  @Override
  public List<Paragraph> paragraphs(ReportData data) {
    List<Paragraph> paragraphs = new ArrayList<>();
    List<Comparison> repeats =
        data.first().repeats().stream().filter(c -> c.ratio().interval() != null).toList();
    if (data.first().repeats().isEmpty()) {
      paragraphs.add(
          Paragraph.text(
              "This run has no A/A trials: nothing shows by itself how much the same treatment"
                  + " differs from itself."));
    } else {
      long held = repeats.stream().filter(c -> c.ratio().interval().contains(1)).count();
      paragraphs.add(
          Paragraph.text(
              "The same treatment twice: the interval of the ratio holds 1 in "
                  + held
                  + " of "
                  + repeats.size()
                  + " A/A comparisons."));
    }
    for (Judgement j : data.first().judgements()) {
      Comparison c = j.comparison();
      if (c != null && c.smallestDetectable() != null) {
        paragraphs.add(
            Paragraph.item(
                Verdicts.name(data, j)
                    + ": a change of ±"
                    + Figures.percent(c.smallestDetectable())
                    + " is the smallest that this run could have shown; the change here is "
                    + Figures.change(c.ratio().value())
                    + "."));
      }
    }
    return paragraphs;
  }
}
