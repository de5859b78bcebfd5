package dev.shortpath.reports.data;

import dev.shortpath.harness.analysis.ChanceBand;
import dev.shortpath.harness.analysis.Interval;
import dev.shortpath.harness.analysis.Judgement;

/** What the source of a claim could have seen by chance alone, with as many trials as it had. */
public final class Chance {
  private Chance() {}

  /** Where a published ratio cannot be told from 1; null where the analysis does not say. */
  public static Interval of(Judgement j) {
    ChanceBand chance = j.chance();
    return chance == null ? null : new Interval(chance.low(), chance.high(), chance.level());
  }

  /** Whether the published ratio lies beyond chance, as far as the analysis says. */
  public static boolean told(Judgement j) {
    return j.chance() != null && j.chance().told();
  }
}
