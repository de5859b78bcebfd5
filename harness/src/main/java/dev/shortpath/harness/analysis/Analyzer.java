package dev.shortpath.harness.analysis;

import dev.shortpath.harness.experiment.Claim;
import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.experiment.Trend;
import dev.shortpath.harness.metric.Metric;
import dev.shortpath.harness.statistics.Intervals;
import dev.shortpath.harness.statistics.Replicates;
import dev.shortpath.harness.statistics.Statistic;
import dev.shortpath.harness.store.RunDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Collectors;

/** From a run directory to its analysis: the same run and policy give the same figures. */
public final class Analyzer {
  /** What tables show of every pair of treatments that a claim compares. */
  private static final List<Statistic> COMPARED =
      List.of(
          Statistic.P25, Statistic.P50, Statistic.P75, Statistic.P99, Statistic.MEAN, Statistic.SD);

  private final Selection selection;
  private final Arms arms;
  private final Strata strata;
  private final Comparer comparer;
  private final List<Claim> claims;
  private final List<Trend> trends;
  private final Set<Statistic> compared;

  private Analyzer(RunDirectory run, Policy policy) throws IOException {
    selection = Selection.of(run);
    arms = Arms.load(run, selection, policy);
    claims = run.run().experiment().claims();
    strata = Strata.of(run.run());
    comparer = new Comparer(policy);
    trends = run.run().experiment().trends();
    compared = compared(claims);
  }

  /**
   * Analyses a run. Only attested trials are used, or, of imported data, all that are there; the
   * analysis lists the others with the reason. Summaries and claims rest on the first replica of a
   * treatment; the second serves the A/A comparisons.
   *
   * @throws IOException when the run directory cannot be read or is damaged
   * @throws IllegalArgumentException when the policy names an unknown trimming
   */
  public static Analysis analyze(RunDirectory run, Policy policy) throws IOException {
    return new Analyzer(run, policy).analysis(policy);
  }

  /** Names of the metrics that follow from others, for checks of experiments. */
  public static List<String> derivedMetrics() {
    return Derivations.names();
  }

  /** Names of all statistics, for checks of experiments. */
  public static List<String> statistics() {
    return Arrays.stream(Statistic.values()).map(Statistic::key).collect(Collectors.toList());
  }

  /** Names of all trimming policies. */
  public static List<String> trimmings() {
    return Trimming.names();
  }

  private Analysis analysis(Policy policy) {
    List<Summary> summaries = new ArrayList<>();
    for (Metric metric : arms.metrics()) {
      for (Treatment treatment : strata.treatments()) {
        Arm arm = arms.arm(metric.name(), treatment, 1);
        if (arm != null) {
          summaries.add(summary(metric, arm, policy));
        }
      }
    }
    List<Comparison> repeats = repeats();
    repeats.forEach(comparer::learn);
    Trends drawn = new Trends(arms, strata, comparer, policy);
    List<TrendLine> lines = new ArrayList<>();
    trends.forEach(trend -> lines.addAll(drawn.of(trend)));
    return new Analysis(
        Analysis.SCHEMA,
        policy,
        summaries,
        judgements(new Judge(repeats, !selection.imported()), policy),
        repeats,
        comparisons(),
        selection.exclusions(),
        arms.metrics(),
        Notes.of(selection, policy, lines),
        lines,
        selection.untried());
  }

  private Summary summary(Metric metric, Arm arm, Policy policy) {
    Map<String, Estimate> statistics = new LinkedHashMap<>();
    for (Statistic statistic : Statistic.values()) {
      SortedSet<Integer> blocks = arm.blocks(statistic);
      if (!blocks.isEmpty()) {
        double value = statistic.of(arm.pool(statistic, blocks).once());
        Replicates replicates = arm.replicates(statistic, blocks);
        statistics.put(
            statistic.key(),
            replicates == null
                ? new Estimate(value, null)
                : comparer.estimate(
                    value, Intervals.ofPositive(value, replicates, policy.level())));
      }
    }
    return new Summary(
        arm.treatment().id(),
        arm.treatment().levels(),
        metric.name(),
        metric.unit(),
        arm.trials(),
        arm.samples(),
        arm.kept(),
        statistics);
  }

  private List<Comparison> repeats() {
    List<Comparison> repeats = new ArrayList<>();
    for (Metric metric : arms.metrics()) {
      for (Treatment treatment : strata.treatments()) {
        compareAll(metric, arm(metric, treatment, 1), arm(metric, treatment, 2), repeats);
      }
    }
    return repeats;
  }

  private List<Comparison> comparisons() {
    Set<List<Treatment>> pairs = new LinkedHashSet<>();
    claims.forEach(
        claim -> strata.of(claim).forEach(p -> pairs.add(List.of(p.baseline(), p.treatment()))));
    List<Comparison> comparisons = new ArrayList<>();
    for (Metric metric : arms.metrics()) {
      for (List<Treatment> pair : pairs) {
        compareAll(metric, arm(metric, pair.get(0), 1), arm(metric, pair.get(1), 1), comparisons);
      }
    }
    return comparisons;
  }

  private void compareAll(Metric metric, Arm baseline, Arm treatment, List<Comparison> into) {
    if (baseline != null && treatment != null) {
      for (Statistic statistic : compared) {
        comparer.compare(metric, baseline, treatment, statistic, statistic).ifPresent(into::add);
      }
    }
  }

  /** Beside what tables always show, what some claim is about. */
  private static Set<Statistic> compared(List<Claim> claims) {
    Set<Statistic> compared = EnumSet.copyOf(COMPARED);
    for (Claim claim : claims) {
      if (claim.statistic().equals(claim.baselineStatistic())) {
        Statistic.named(claim.statistic()).ifPresent(compared::add);
      }
    }
    return compared;
  }

  private Arm arm(Metric metric, Treatment treatment, int replica) {
    return arms.arm(metric.name(), treatment, replica);
  }

  private List<Judgement> judgements(Judge judge, Policy policy) {
    List<Judgement> judgements = new ArrayList<>();
    Bench bench = new Bench(arms, comparer, judge, selection, policy.level());
    for (Claim claim : claims) {
      List<Strata.Pair> pairs = strata.of(claim);
      if (pairs.isEmpty()) {
        judgements.add(bench.unheard(claim));
      }
      pairs.forEach(pair -> judgements.add(bench.hear(claim, pair)));
    }
    return judgements;
  }
}
