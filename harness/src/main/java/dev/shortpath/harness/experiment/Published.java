package dev.shortpath.harness.experiment;

/**
 * The figures that a claim's source states.
 *
 * @param baseline the published figure of the baseline, in {@code unit}; null where only a ratio is
 *     stated
 * @param treatment the published figure of the treatment, in {@code unit}; null likewise
 * @param ratio treatment / baseline; computed from the two where it is not stated itself
 * @param unit the unit of the two figures, as the source states it
 */
public record Published(Double baseline, Double treatment, Double ratio, String unit) {
  public Published {
    if (ratio == null && baseline != null && treatment != null) {
      ratio = treatment / baseline;
    }
  }
}
