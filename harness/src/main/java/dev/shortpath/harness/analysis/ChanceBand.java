package dev.shortpath.harness.analysis;

import dev.shortpath.harness.experiment.Claim;
import dev.shortpath.harness.statistics.Bounds;
import dev.shortpath.harness.statistics.SpreadRatio;
import dev.shortpath.harness.statistics.Statistic;
import java.util.Locale;

/**
 * Whether a source could have told its own ratio of two standard deviations from 1. By normal
 * theory, see {@link SpreadRatio}; with heavier tails the band is wider.
 *
 * @param trials of each arm in the source
 * @param level of the band, for example 0.95
 * @param low between here
 * @param high and here lie {@code level} of the ratios of two arms that do not differ
 * @param told whether the published ratio lies outside, however its last digit was rounded
 */
public record ChanceBand(int trials, double level, double low, double high, boolean told) {
  /** Half of a published ratio's last digit: tables have two decimals. */
  private static final double ROUNDED = 0.005;

  /** The band of a claim about standard deviations over trials; null for any other. */
  static ChanceBand of(Claim claim, double level) {
    String sd = Statistic.SD.key();
    if (claim.published() == null
        || claim.published().ratio() == null
        || claim.publishedTrials() == null
        || !claim.statistic().equals(sd)
        || !claim.baselineStatistic().equals(sd)) {
      return null;
    }
    Bounds band = SpreadRatio.chance(claim.publishedTrials(), level);
    double ratio = claim.published().ratio();
    return new ChanceBand(
        claim.publishedTrials(), level, band.low(), band.high(), outside(ratio, band));
  }

  /** Whether a ratio that was rounded to two decimals lies outside surely. */
  static boolean outside(double ratio, Bounds band) {
    return ratio + ROUNDED < band.low() || ratio - ROUNDED > band.high();
  }

  /** One sentence about {@code ratio}, the published one. */
  String sentence(double ratio) {
    return String.format(
        Locale.ROOT,
        "With the source's %d trials a side, chance alone gives ratios from %.2f to %.2f (normal"
            + " theory), so its %.2f %s be told from 1.",
        trials,
        low,
        high,
        ratio,
        told ? "can" : "cannot");
  }
}
