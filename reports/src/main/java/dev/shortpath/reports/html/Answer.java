package dev.shortpath.reports.html;

import dev.shortpath.harness.analysis.Judgement;
import dev.shortpath.harness.analysis.Verdict;
import dev.shortpath.reports.data.Figures;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.data.Verdicts;
import java.util.ArrayList;
import java.util.List;

/** The first screen: the answer in a sentence, the count of verdicts, and what must be known. */
public final class Answer implements Prose {
  @Override
  public Place place() {
    return Place.ANSWER;
  }

  @Override
  public List<Paragraph> paragraphs(ReportData data) {
    List<Paragraph> paragraphs = new ArrayList<>();
    paragraphs.add(Paragraph.lead(Headline.of(data)));
    List<Judgement> judgements = data.first().judgements();
    if (!judgements.isEmpty()) {
      paragraphs.add(Paragraph.text(counts(judgements)));
    }
    if (data.imported()) {
      paragraphs.add(
          Paragraph.warning(
              "Published data, read in by "
                  + data.run().origin()
                  + ", not measured here. Their path is not attested: nothing shows which path the"
                  + " packets took."));
      return paragraphs;
    }
    long unused = data.trials().stream().filter(t -> !data.used(t)).count();
    if (unused > 0) {
      paragraphs.add(
          Paragraph.warning(
              Figures.counted(unused, "trial")
                  + " of "
                  + Figures.count(data.trials().size())
                  + " did not take the path that was asked for; kept, named below, and not used."));
    }
    return paragraphs;
  }

  private static String counts(List<Judgement> judgements) {
    StringBuilder text = new StringBuilder("Claims: ");
    String between = "";
    for (Verdict verdict : Verdict.values()) {
      long n = judgements.stream().filter(j -> j.verdict() == verdict).count();
      text.append(between).append(n).append(' ').append(verdict.words());
      text.append(" (").append(Verdicts.symbol(verdict)).append(")");
      between = ", ";
    }
    return text.append(", of ").append(judgements.size()).append(" judged.").toString();
  }
}
