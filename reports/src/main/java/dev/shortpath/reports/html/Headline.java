package dev.shortpath.reports.html;

import dev.shortpath.harness.analysis.Comparison;
import dev.shortpath.harness.analysis.Interval;
import dev.shortpath.harness.analysis.Judgement;
import dev.shortpath.reports.data.Figures;
import dev.shortpath.reports.data.Lead;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.data.Verdicts;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The answer in one sentence, from the judgements alone. */
final class Headline {
  private static final int CASES = 3;

  private Headline() {}

  static String of(ReportData data) {
    return Lead.of(data).map(lead -> SweepHeadline.of(data, lead)).orElseGet(() -> ofClaims(data));
  }

  private static String ofClaims(ReportData data) {
    List<Judgement> judged =
        data.first().judgements().stream().filter(j -> j.comparison() != null).toList();
    if (judged.isEmpty()) {
      return data.first().judgements().isEmpty()
          ? "This experiment states no claim; the figures below are what it shows."
          : "No claim could be judged: no trial that could be used has data on both sides.";
    }
    Judgement first =
        judged.stream()
            .filter(j -> j.claim().statistic().equals("p50"))
            .findFirst()
            .orElse(judged.get(0));
    Comparison c = first.comparison();
    Map<String, String> to = data.treatments().changed(c.baseline(), c.treatment());
    Map<String, String> from = data.treatments().changed(c.treatment(), c.baseline());
    Set<String> seen = new LinkedHashSet<>();
    List<String> cases = new ArrayList<>();
    for (Judgement j : judged) {
      if (alike(data, j, c, to, from) && seen.add(j.comparison().treatment())) {
        cases.add(one(data, j));
      }
    }
    String more = cases.size() > CASES ? "; " + (cases.size() - CASES) + " more below" : "";
    String statistic =
        c.statistic().equals(c.baselineStatistic())
            ? "the " + Figures.statistic(c.statistic()) + " of " + c.metric()
            : "the "
                + Figures.statistic(c.statistic())
                + " (against the baseline's "
                + Figures.statistic(c.baselineStatistic())
                + ") of "
                + c.metric();
    return (data.imported() ? "In these published data, " : "Here, ")
        + data.treatments().label(to)
        + " instead of "
        + data.treatments().label(from)
        + " changes "
        + statistic
        + " by "
        + cases.stream().limit(CASES).collect(Collectors.joining("; "))
        + more
        + ".";
  }

  private static boolean alike(
      ReportData data,
      Judgement j,
      Comparison c,
      Map<String, String> to,
      Map<String, String> from) {
    Comparison o = j.comparison();
    return o.metric().equals(c.metric())
        && o.statistic().equals(c.statistic())
        && o.baselineStatistic().equals(c.baselineStatistic())
        && data.treatments().changed(o.baseline(), o.treatment()).equals(to)
        && data.treatments().changed(o.treatment(), o.baseline()).equals(from);
  }

  private static String one(ReportData data, Judgement j) {
    Comparison c = j.comparison();
    Map<String, String> shared = data.treatments().shared(c.baseline(), c.treatment());
    Interval interval = c.ratio().interval();
    return Figures.change(c.ratio().value())
        + (shared.isEmpty() ? "" : " with " + data.treatments().label(shared))
        + " ("
        + (interval == null
            ? "no interval"
            : Figures.percent(interval.level()) + " interval " + Figures.change(interval))
        + (Verdicts.ratio(j) == null ? "" : "; published " + Figures.change(Verdicts.ratio(j)))
        + ": "
        + j.verdict().words()
        + ")";
  }
}
