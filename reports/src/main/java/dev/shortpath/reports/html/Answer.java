package dev.shortpath.reports.html;

import dev.shortpath.harness.analysis.Judgement;
import dev.shortpath.harness.analysis.Verdict;
import dev.shortpath.harness.statistics.Statistic;
import dev.shortpath.reports.data.Figures;
import dev.shortpath.reports.data.Place;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.data.Verdicts;
import dev.shortpath.reports.table.EnvironmentTable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

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
    if (!data.trials().isEmpty()) {
      paragraphs.add(Paragraph.text(path(data)));
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
    // Also those whose attempts all failed: whatever the reason, figures do not rest on them.
    int planned = data.run().plan().size();
    int untried = planned - data.trials().size();
    if (data.trials().isEmpty()) {
      paragraphs.add(
          Paragraph.warning(
              "None of "
                  + Figures.counted(planned, "trial")
                  + " was carried out: there are no figures."
                  + (data.failed().isEmpty()
                      ? ""
                      : " "
                          + Figures.counted(data.failed().size(), "attempt")
                          + " failed (see Which path the packets took).")));
    } else if (untried > 0) {
      paragraphs.add(
          Paragraph.warning(
              Figures.counted(untried, "trial")
                  + " of "
                  + Figures.count(planned)
                  + (untried == 1 ? " was" : " were")
                  + " not carried out; the figures rest on the others."));
    }
    return paragraphs;
  }

  /** Which path the packets took, and which parts stand in for others. */
  private static String path(ReportData data) {
    String standIns =
        data.run().parts().entrySet().stream()
            .filter(part -> EnvironmentTable.standIn(part.getKey(), part.getValue()))
            .map(part -> part.getKey() + ": " + part.getValue())
            .collect(Collectors.joining("; "));
    String constant = data.treatments().constant();
    return "Path: counters prove it for "
        + data.proved()
        + " (see Which path the packets took)"
        + data.unmoved()
        + "."
        + (constant.isEmpty() ? "" : " The same in each: " + constant + ".")
        + (standIns.isEmpty() ? "" : " Not the real thing: " + standIns + ".");
  }

  private static String counts(List<Judgement> judgements) {
    StringBuilder text = new StringBuilder("Claims: ");
    String between = "";
    List<Judgement> judged = judgements.stream().filter(Verdicts::judged).toList();
    if (judged.isEmpty()) {
      return "Claims: none of " + judgements.size() + " could be judged in this run.";
    }
    for (Verdict verdict : Verdict.values()) {
      long n = judged.stream().filter(j -> j.verdict() == verdict).count();
      text.append(between).append(n).append(' ').append(verdict.words());
      text.append(" (").append(Verdicts.symbol(verdict)).append(")");
      between = ", ";
    }
    text.append(", of ").append(judged.size()).append(" judged.");
    long extremes =
        judged.stream()
            .flatMap(j -> Statistic.named(j.claim().statistic()).stream())
            .filter(Statistic::extreme)
            .count();
    if (extremes > 0) {
      text.append(' ')
          .append(extremes)
          .append(" of them are about extremes, which have no interval:");
      text.append(" they stay inconclusive in any run.");
    }
    long untold =
        judged.stream()
            .filter(j -> j.verdict() == Verdict.INCONCLUSIVE)
            .filter(j -> j.chance() != null && !j.chance().told())
            .count();
    if (untold > 0) {
      text.append(' ')
          .append(untold)
          .append(untold == 1 ? " rests" : " rest")
          .append(" on a published figure that cannot be told from 1 with its source's own trials:")
          .append(" inconclusive in any run.");
    }
    int unjudged = judgements.size() - judged.size();
    if (unjudged > 0) {
      text.append(' ').append(unjudged).append(" could not be judged in this run.");
    }
    return text.toString();
  }
}
