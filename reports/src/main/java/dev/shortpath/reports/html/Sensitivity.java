package dev.shortpath.reports.html;

import dev.shortpath.harness.analysis.Comparison;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The A/A result in words. */
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
                  + " A/A comparisons."
                  + (held == repeats.size() ? "" : " Not in: " + failed(repeats) + ".")));
    }
    paragraphs.add(
        Paragraph.text(
            "The smallest detectable change is one that a run like this finds in four of five"
                + " cases. A smaller one may still be found, with luck, so a verdict below it is no"
                + " contradiction: the verdict rests on the interval, which need not agree with the"
                + " permutation test's p either, whose smallest value depends on the number of blocks"
                + " alone."));
    return paragraphs;
  }

  /** A metric that differs between equal treatments is not to be relied on in others. */
  private static String failed(List<Comparison> repeats) {
    return repeats.stream()
            .filter(c -> !c.ratio().interval().contains(1))
            .map(c -> c.metric() + " " + c.statistic())
            .distinct()
            .collect(Collectors.joining(", "))
        + ": what this run says of them elsewhere may be no more than that";
  }
}
