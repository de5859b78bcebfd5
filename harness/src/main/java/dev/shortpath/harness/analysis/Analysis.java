package dev.shortpath.harness.analysis;

import dev.shortpath.harness.experiment.Trial;
import dev.shortpath.harness.metric.Metric;
import java.util.List;

/**
 * Every figure that a report shows: {@code analysis.json}. Recomputable from the trials.
 *
 * @param schema version of this document
 * @param policy how the figures were computed
 * @param summaries each metric under each treatment
 * @param judgements each claim in each stratum
 * @param repeats the A/A comparisons: the same treatment twice, which must not differ
 * @param comparisons further comparisons that no claim asks for but tables show
 * @param exclusions trials that were kept but not used
 * @param metrics what the summarised metrics mean: the run's own and those derived from them
 * @param notes sentences that a reader of the figures must know: how intervals were made, what the
 *     data cannot tell
 * @param trends each trend that the experiment asks for, in each stratum
 * @param untried planned trials that there is no attempt at: the run was interrupted, or goes on
 */
public record Analysis(
    int schema,
    Policy policy,
    List<Summary> summaries,
    List<Judgement> judgements,
    List<Comparison> repeats,
    List<Comparison> comparisons,
    List<Exclusion> exclusions,
    List<Metric> metrics,
    List<String> notes,
    List<TrendLine> trends,
    List<Trial> untried) {
  /** The version that this code writes. */
  public static final int SCHEMA = 1;

  public Analysis {
    // Analyses of before these were known lack them.
    trends = trends == null ? List.of() : List.copyOf(trends);
    untried = untried == null ? List.of() : List.copyOf(untried);
  }
}
