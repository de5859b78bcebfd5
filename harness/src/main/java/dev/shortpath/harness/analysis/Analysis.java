package dev.shortpath.harness.analysis;

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
 */
public record Analysis(
    int schema,
    Policy policy,
    List<Summary> summaries,
    List<Judgement> judgements,
    List<Comparison> repeats,
    List<Comparison> comparisons,
    List<Exclusion> exclusions) {
  /** The version that this code writes. */
  public static final int SCHEMA = 1;
}
