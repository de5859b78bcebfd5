package dev.shortpath.reports.html;

import dev.shortpath.harness.analysis.Comparison;
import dev.shortpath.harness.analysis.Interval;
import dev.shortpath.harness.analysis.Judgement;
import dev.shortpath.harness.analysis.Paths;
import dev.shortpath.harness.analysis.Verdict;
import dev.shortpath.reports.data.Figures;
import dev.shortpath.reports.data.Lead;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.data.Scale;
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
          : "No claim could be judged. The first: " + data.first().judgements().get(0).reason();
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
      if (alike(data, j.comparison(), c, to, from) && seen.add(j.comparison().treatment())) {
        cases.add(one(data, j.comparison(), judged(j)));
      }
    }
    Paths paths = Paths.of(data.trials().stream().filter(data::used).toList());
    for (Comparison other : data.first().comparisons()) {
      if (alike(data, other, c, to, from)
          && paths.same(other.baseline(), other.treatment()).isEmpty()
          && seen.add(other.treatment())) {
        cases.add(one(data, other, "nothing published"));
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
      Comparison o,
      Comparison c,
      Map<String, String> to,
      Map<String, String> from) {
    return o.metric().equals(c.metric())
        && o.statistic().equals(c.statistic())
        && o.baselineStatistic().equals(c.baselineStatistic())
        && data.treatments().changed(o.baseline(), o.treatment()).equals(to)
        && data.treatments().changed(o.treatment(), o.baseline()).equals(from);
  }

  private static String one(ReportData data, Comparison c, String judged) {
    Map<String, String> shared = data.treatments().shared(c.baseline(), c.treatment());
    Interval interval = c.ratio().interval();
    Scale scale = data.scale(c.metric());
    return Figures.change(c.ratio().value())
        + (shared.isEmpty() ? "" : " with " + data.treatments().label(shared))
        + " ("
        + scale.text(c.baselineValue())
        + " → "
        + scale.text(c.treatmentValue())
        + (scale.symbol().isEmpty() ? "" : " " + scale.symbol())
        + "; "
        + (interval == null
            ? "no interval"
            : Figures.percent(interval.level()) + " interval " + Figures.change(interval))
        + "; "
        + judged
        + ")";
  }

  private static String judged(Judgement j) {
    Double published = Verdicts.ratio(j);
    Interval interval = j.comparison().ratio().interval();
    boolean beyond =
        j.verdict() == Verdict.REPRODUCED
            && published != null
            && interval != null
            && !interval.contains(published);
    return (published == null ? "" : "published " + Figures.change(published) + ": ")
        + j.verdict().words()
        + (beyond ? ", and more than published" : "");
  }
}
