package dev.shortpath.harness.analysis;

import dev.shortpath.harness.experiment.Claim;
import dev.shortpath.harness.experiment.Direction;
import dev.shortpath.harness.statistics.Statistic;
import java.util.List;
import java.util.Optional;

/** What a comparison says of a claim. */
final class Judge {
  /** Figures within this factor of each other count as equal. */
  static final double EQUIVALENCE = 1.05;

  /**
   * A verdict with its reason.
   *
   * @param verdict what the run says
   * @param reason one sentence
   */
  record Finding(Verdict verdict, String reason) {}

  private final List<Comparison> repeats;
  private final boolean measured;

  /**
   * A judge.
   *
   * @param repeats the run's A/A comparisons
   * @param measured whether the run was measured here: one block then decides nothing
   */
  Judge(List<Comparison> repeats, boolean measured) {
    this.repeats = repeats;
    this.measured = measured;
  }

  /**
   * Judges.
   *
   * @param blocks that hold both sides; more than the comparison's own where a block alone has no
   *     such figure (a spread of one sample, say)
   * @param chance what chance alone would have done to the published ratio; null where that is not
   *     known
   */
  Finding judge(Claim claim, Comparison c, int blocks, ChanceBand chance) {
    String figures = figures(c);
    Interval interval = c.ratio().interval();
    if (measured && blocks < 2) {
      return inconclusive(figures + ": a single block tells no effect from chance.");
    }
    if (interval == null) {
      boolean extreme = Statistic.named(c.statistic()).filter(Statistic::extreme).isPresent();
      return inconclusive(
          figures + (extreme ? ": an extreme has no interval." : ": the data allow no interval."));
    }
    if (claim.direction() == Direction.EQUAL) {
      return equal(figures, interval);
    }
    if (chance != null && !chance.told()) {
      return inconclusive(
          figures
              + ": the source's own figure cannot be told from 1, so it states no effect that could"
              + " be reproduced or not.");
    }
    Optional<Comparison> louder = louderRepeat(c);
    if (louder.isPresent()) {
      return inconclusive(
          figures
              + ": the same treatment twice ("
              + louder.get().treatment()
              + ") already differs by "
              + Words.change(louder.get().ratio())
              + ", which is more.");
    }
    Double published = claim.published() == null ? null : claim.published().ratio();
    return directed(claim.direction() == Direction.LOWER, figures, interval, published);
  }

  private static Finding directed(
      boolean lower, String figures, Interval interval, Double published) {
    // The end of the interval at which the claimed effect is weakest, and the one at which it is
    // strongest.
    double weak = lower ? interval.high() : interval.low();
    double strong = lower ? interval.low() : interval.high();
    boolean rightSign = stronger(lower, weak, 1);
    if (stronger(!lower, strong, 1)) {
      return new Finding(
          Verdict.NOT_REPRODUCED,
          figures
              + ": the interval excludes no change, and the sign is the opposite of the claim.");
    }
    if (published == null) {
      return rightSign
          ? new Finding(
              Verdict.REPRODUCED,
              figures + ": the interval excludes no change and has the claimed sign.")
          : inconclusive(figures + ": the interval includes no change.");
    }
    String figure = Words.change(published, 2);
    if (stronger(!lower, strong, published)) {
      return new Finding(
          Verdict.NOT_REPRODUCED,
          figures
              + (rightSign
                  ? ": the sign is the claimed one, but the effect falls short of the published "
                  : ": the interval includes no change and excludes an effect as large as the "
                      + "published ")
              + figure
              + ".");
    }
    if (!rightSign) {
      return inconclusive(
          figures + ": the interval includes both no change and the published " + figure + ".");
    }
    return new Finding(
        Verdict.REPRODUCED,
        figures
            + ": the interval excludes no change and "
            + (stronger(lower, weak, published) ? "exceeds" : "covers")
            + " the published "
            + figure
            + ".");
  }

  private static boolean stronger(boolean lower, double ratio, double than) {
    return lower ? ratio < than : ratio > than;
  }

  private static Finding equal(String figures, Interval interval) {
    String margin = Words.change(1 / EQUIVALENCE, 1) + " to " + Words.change(EQUIVALENCE, 1);
    if (interval.low() >= 1 / EQUIVALENCE && interval.high() <= EQUIVALENCE) {
      return new Finding(
          Verdict.REPRODUCED, figures + ": the interval lies within " + margin + ", hence equal.");
    }
    if (interval.low() > EQUIVALENCE || interval.high() < 1 / EQUIVALENCE) {
      return new Finding(
          Verdict.NOT_REPRODUCED,
          figures + ": the interval lies outside " + margin + ", hence not equal.");
    }
    return inconclusive(
        figures + ": the interval reaches into and out of the margin " + margin + ".");
  }

  private Optional<Comparison> louderRepeat(Comparison c) {
    double effect = Math.abs(Math.log(c.ratio().value()));
    return repeats.stream()
        .filter(r -> r.metric().equals(c.metric()) && r.statistic().equals(c.statistic()))
        .filter(r -> r.ratio().interval() != null && !r.ratio().interval().contains(1))
        .filter(r -> Math.abs(Math.log(r.ratio().value())) > effect)
        .findFirst();
  }

  private static Finding inconclusive(String reason) {
    return new Finding(Verdict.INCONCLUSIVE, reason);
  }

  private static String figures(Comparison c) {
    String statistic =
        c.statistic().equals(c.baselineStatistic())
            ? c.statistic()
            : c.baselineStatistic() + " against " + c.statistic();
    return statistic
        + " of "
        + c.metric()
        + " "
        + Words.value(c.baselineValue(), c.unit())
        + " \u2192 "
        + Words.value(c.treatmentValue(), c.unit())
        + ", "
        + Words.change(c.ratio());
  }
}
