package dev.shortpath.harness.analysis;

import dev.shortpath.harness.experiment.Claim;
import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.metric.Metric;
import dev.shortpath.harness.statistics.Statistic;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Brings a claim and the run's data before the judge, or says why it cannot be judged. */
final class Bench {
  private final Arms arms;
  private final Comparer comparer;
  private final Judge judge;
  private final Selection selection;
  private final Paths paths;
  private final double level;

  Bench(Arms arms, Comparer comparer, Judge judge, Selection selection, double level) {
    this.level = level;
    this.arms = arms;
    this.comparer = comparer;
    this.judge = judge;
    this.selection = selection;
    this.paths = Paths.of(selection.used());
  }

  /** A claim of which the run has no pair of treatments. */
  Judgement unheard(Claim claim) {
    return without(
        claim,
        Map.of(),
        "This run has no pair of treatments "
            + claim.baseline()
            + " and "
            + claim.treatment()
            + " to compare.");
  }

  Judgement hear(Claim stated, Strata.Pair pair) {
    Claim claim = stated.of(pair.baseline(), pair.treatment());
    Optional<Statistic> of = Statistic.named(claim.statistic());
    Optional<Statistic> ofBaseline = Statistic.named(claim.baselineStatistic());
    if (of.isEmpty() || ofBaseline.isEmpty()) {
      return without(
          claim,
          pair.stratum(),
          "The claim names a statistic that is not one of " + Statistic.names() + ".");
    }
    Metric metric = arms.metric(claim.metric());
    Arm baseline = metric == null ? null : arms.arm(metric.name(), pair.baseline(), 1);
    Arm treatment = metric == null ? null : arms.arm(metric.name(), pair.treatment(), 1);
    if (baseline == null) {
      return without(claim, pair.stratum(), missing(claim, pair.baseline()));
    }
    if (treatment == null) {
      return without(claim, pair.stratum(), missing(claim, pair.treatment()));
    }
    Optional<Comparison> comparison =
        comparer.compare(metric, baseline, treatment, of.get(), ofBaseline.get());
    if (comparison.isEmpty()) {
      return without(
          claim,
          pair.stratum(),
          "No block holds attested trials of both sides with a positive "
              + claim.statistic()
              + " of "
              + claim.metric()
              + ", so there is no ratio.");
    }
    Optional<String> path = paths.same(pair.baseline().id(), pair.treatment().id());
    if (path.isPresent()) {
      return without(
          claim,
          pair.stratum(),
          "Both sides took the same path by the counters ("
              + path.get()
              + "): there was nothing to switch here, so their difference is chance.");
    }
    int blocks = Comparer.shared(baseline, treatment, of.get(), ofBaseline.get()).size();
    Judge.Finding finding =
        judge.judge(claim, comparison.get(), blocks, ChanceBand.of(claim, level));
    return judgement(claim, pair.stratum(), finding.verdict(), finding.reason(), comparison.get());
  }

  private String missing(Claim claim, Treatment treatment) {
    boolean used = selection.used().stream().anyMatch(r -> r.trial().treatment().equals(treatment));
    if (used) {
      return "No trial of " + treatment.id() + " yielded samples of " + claim.metric() + ".";
    }
    Stream<String> excluded =
        selection.exclusions().stream()
            .filter(e -> e.treatment().equals(treatment.id()))
            .map(e -> "trial " + e.trial() + " " + e.reason());
    Stream<String> untried =
        selection.untried().stream()
            .filter(t -> t.treatment().equals(treatment))
            .map(t -> "trial " + t.number() + " not carried out");
    String reasons = Stream.concat(excluded, untried).limit(2).collect(Collectors.joining("; "));
    return "No attested trials of "
        + treatment.id()
        + (reasons.isEmpty() ? "." : " (" + reasons + ").");
  }

  private Judgement without(Claim claim, Map<String, String> stratum, String reason) {
    return judgement(claim, stratum, Verdict.INCONCLUSIVE, reason, null);
  }

  private Judgement judgement(
      Claim claim,
      Map<String, String> stratum,
      Verdict verdict,
      String reason,
      Comparison comparison) {
    ChanceBand chance = ChanceBand.of(claim, level);
    return new Judgement(
        claim,
        stratum,
        verdict,
        chance == null ? reason : reason + " " + chance.sentence(claim.published().ratio()),
        comparison,
        chance);
  }
}
