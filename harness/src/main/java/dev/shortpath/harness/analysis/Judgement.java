package dev.shortpath.harness.analysis;

import dev.shortpath.harness.experiment.Claim;
import dev.shortpath.harness.store.RunRecord;
import java.util.Map;

/**
 * A claim, judged in one stratum.
 *
 * @param claim as the experiment states it of this stratum: with the figures published for it
 * @param stratum levels of the factors that the claim leaves open and the run varies
 * @param verdict what this run says
 * @param reason one sentence: covers, exceeds, falls short, wrong sign, too wide, no attested
 *     trials …
 * @param comparison what it rests on; null when there was nothing to compare
 * @param chance what chance alone would have done to the published ratio; null where that is not
 *     known
 */
public record Judgement(
    Claim claim,
    Map<String, String> stratum,
    Verdict verdict,
    String reason,
    Comparison comparison,
    ChanceBand chance) {
  /** Whether the run was to measure what the claim compares: it has a pair of treatments for it. */
  public boolean asked(RunRecord run) {
    return Strata.of(run).asked(claim);
  }
}
