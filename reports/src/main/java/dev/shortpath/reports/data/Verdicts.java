package dev.shortpath.reports.data;

import dev.shortpath.harness.analysis.Judgement;
import dev.shortpath.harness.analysis.Verdict;
import dev.shortpath.harness.experiment.Published;
import java.util.Map;

/** How verdicts and judged claims are called. */
public final class Verdicts {
  private Verdicts() {}

  /** A sign that says the same as the words, without colour. */
  public static String symbol(Verdict verdict) {
    return switch (verdict) {
      case REPRODUCED -> "\u2713";
      case NOT_REPRODUCED -> "\u2717";
      case INCONCLUSIVE -> "?";
    };
  }

  /** For example {@code ✓ reproduced}. */
  public static String words(Verdict verdict) {
    return symbol(verdict) + " " + verdict.words();
  }

  /** Whether there was something to hold a claim against; else its verdict says nothing of it. */
  public static boolean judged(Judgement j) {
    return j.comparison() != null;
  }

  /** As {@link #symbol(Verdict)}; a dash where nothing was judged. */
  public static String symbol(Judgement j) {
    return judged(j) ? symbol(j.verdict()) : "–";
  }

  /** As {@link #words(Verdict)}; {@code – not judged} where nothing was. */
  public static String words(Judgement j) {
    return judged(j) ? words(j.verdict()) : "– not judged";
  }

  /** The source's figures where a claim was judged; null where it states none. */
  public static Published published(Judgement j) {
    return j.claim().published();
  }

  /** The source's ratio where a claim was judged; null where it states none. */
  public static Double ratio(Judgement j) {
    Published published = published(j);
    return published == null ? null : published.ratio();
  }

  /**
   * The reason without the figures that it starts with, for where these stand beside it; as it is
   * when it starts otherwise.
   */
  public static String why(Judgement j) {
    String reason = j.reason() == null ? "" : j.reason();
    int end = reason.indexOf(": ");
    boolean figures = j.comparison() != null && end > 0 && reason.substring(0, end).contains(" → ");
    return figures ? reason.substring(end + 2) : reason;
  }

  /** The claim's id, with its stratum where it was judged in several. */
  public static String name(ReportData data, Judgement j) {
    boolean several =
        data.first().judgements().stream()
                .filter(o -> o.claim().id().equals(j.claim().id()))
                .count()
            > 1;
    Map<String, String> stratum = j.stratum();
    return !several || stratum == null || stratum.isEmpty()
        ? j.claim().id()
        : j.claim().id() + " (" + data.treatments().label(stratum) + ")";
  }
}
