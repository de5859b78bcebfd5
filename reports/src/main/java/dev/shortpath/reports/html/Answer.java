package dev.shortpath.reports.html;

import dev.shortpath.harness.analysis.Judgement;
import dev.shortpath.harness.analysis.Verdict;
import dev.shortpath.harness.statistics.Statistic;
import dev.shortpath.harness.store.TrialRecord;
import dev.shortpath.harness.testbed.Traffic;
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
    paragraphs.add(Paragraph.text(path(data)));
    long unused = data.trials().stream().filter(t -> !data.used(t)).count();
    if (unused > 0) {
      paragraphs.add(
          Paragraph.warning(
              Figures.counted(unused, "trial")
                  + " of "
                  + Figures.count(data.trials().size())
                  + " did not take the path that was asked for; kept, named below, and not used."));
    }
    int untried = data.first().untried().size();
    if (untried > 0) {
      paragraphs.add(
          Paragraph.warning(
              Figures.counted(untried, "trial")
                  + " of "
                  + Figures.count(data.run().plan().size())
                  + (untried == 1 ? " was" : " were")
                  + " not carried out; the figures rest on the others."));
    }
    return paragraphs;
  }

  /** Which path the packets took, and which parts stand in for others. */
  private static String path(ReportData data) {
    List<TrialRecord> moved = data.trials().stream().filter(t -> !still(t)).toList();
    long still = data.trials().size() - moved.size();
    String standIns =
        data.run().parts().entrySet().stream()
            .filter(part -> EnvironmentTable.standIn(part.getKey(), part.getValue()))
            .map(part -> part.getKey() + ": " + part.getValue())
            .collect(Collectors.joining("; "));
    String constant = data.treatments().constant();
    return "Path: counters prove it for "
        + moved.stream().filter(data::used).count()
        + " of "
        + Figures.counted(moved.size(), "trial")
        + " (see Which path the packets took)"
        + (still == 0 ? "." : "; " + Figures.count(still) + " more had no traffic.")
        + (constant.isEmpty() ? "" : " The same in each: " + constant + ".")
        + (standIns.isEmpty() ? "" : " Not the real thing: " + standIns + ".");
  }

  /** Whether nothing was to be sent, so that there was no path to be taken. */
  private static boolean still(TrialRecord trial) {
    Traffic traffic = trial.traffic();
    return traffic != null
        && traffic.connections() == 0
        && traffic.messagesToServer() + traffic.messagesToClient() == 0
        && traffic.bytesToServer() + traffic.bytesToClient() == 0;
  }

  private static String counts(List<Judgement> judgements) {
    StringBuilder text = new StringBuilder("Claims: ");
    String between = "";
    List<Judgement> judged = judgements.stream().filter(j -> j.comparison() != null).toList();
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
