package dev.shortpath.harness.analysis;

import dev.shortpath.harness.experiment.Claim;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A claim in two runs, of two testbeds say: whether the effect has the same sign in both. Absolute
 * figures of two testbeds may differ for many reasons; the sign of an effect should not.
 *
 * @param claim as the first run states it
 * @param stratum levels that both runs judged it at: those of the run that tells more apart
 * @param first the ratio in the first run; null where it has nothing to compare
 * @param second likewise
 * @param kind what the two say together
 */
public record Agreement(
    Claim claim, Map<String, String> stratum, Estimate first, Estimate second, Kind kind) {

  /** What two runs say of a claim. */
  public enum Kind {
    /** Both intervals exclude no effect, on the same side. */
    AGREE("agree"),
    /** Both intervals exclude no effect, on different sides. */
    DISAGREE("disagree"),
    /** The claim is inconclusive in one of them, or an interval includes no effect. */
    UNDECIDED("undecided"),
    /** One of them has nothing to compare. */
    NOT_IN_BOTH("not in both"),
    /** Neither has. */
    IN_NEITHER("in neither");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** As it is printed. */
    public String words() {
      return words;
    }
  }

  /**
   * Every claim of the first run, in each stratum that fits one of the second's: where both name a
   * factor, its level is the same.
   */
  public static List<Agreement> of(Analysis first, Analysis second) {
    List<Agreement> all = new ArrayList<>();
    for (Judgement one : first.judgements()) {
      boolean found = false;
      for (Judgement other : second.judgements()) {
        if (other.claim().id().equals(one.claim().id()) && fit(one.stratum(), other.stratum())) {
          found = true;
          all.add(of(one, other));
        }
      }
      if (!found) {
        Kind kind = missing(one.comparison(), null);
        all.add(new Agreement(one.claim(), one.stratum(), ratio(one), null, kind));
      }
    }
    return all;
  }

  private static Agreement of(Judgement one, Judgement other) {
    Map<String, String> stratum =
        one.stratum().size() >= other.stratum().size() ? one.stratum() : other.stratum();
    Estimate first = ratio(one);
    Estimate second = ratio(other);
    return new Agreement(one.claim(), stratum, first, second, kind(one, other));
  }

  private static boolean fit(Map<String, String> one, Map<String, String> other) {
    return one.entrySet().stream()
        .allMatch(e -> other.getOrDefault(e.getKey(), e.getValue()).equals(e.getValue()));
  }

  private static Estimate ratio(Judgement judgement) {
    return judgement.comparison() == null ? null : judgement.comparison().ratio();
  }

  private static Kind kind(Judgement first, Judgement second) {
    if (first.comparison() == null || second.comparison() == null) {
      return missing(first.comparison(), second.comparison());
    }
    int one = sign(first);
    int other = sign(second);
    if (one == 0 || other == 0) {
      return Kind.UNDECIDED;
    }
    return one == other ? Kind.AGREE : Kind.DISAGREE;
  }

  private static Kind missing(Comparison first, Comparison second) {
    return first == null && second == null ? Kind.IN_NEITHER : Kind.NOT_IN_BOTH;
  }

  /** On which side of no effect the whole interval lies; 0 where that is not told. */
  private static int sign(Judgement judgement) {
    Interval interval = judgement.comparison().ratio().interval();
    if (judgement.verdict() == Verdict.INCONCLUSIVE || interval == null || interval.contains(1)) {
      return 0;
    }
    return interval.low() > 1 ? 1 : -1;
  }

  /**
   * The first run's change and the second's: {@code −21.4 % (−22.6 % to −20.1 %) | −18.0 % (…)}.
   */
  public String figures() {
    return figure(first) + " | " + figure(second);
  }

  private static String figure(Estimate ratio) {
    return ratio == null ? "nothing to compare" : Words.change(ratio);
  }
}
