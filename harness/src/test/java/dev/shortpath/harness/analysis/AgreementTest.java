package dev.shortpath.harness.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.shortpath.harness.experiment.Claim;
import dev.shortpath.harness.experiment.Direction;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgreementTest {
  /** Two intervals, whether each run decides its claim, and what they say together. */
  @ParameterizedTest
  @CsvSource({
    "0.5, 0.6, true, 0.7, 0.9, true, agree",
    "1.1, 1.2, true, 1.5, 1.9, true, agree",
    "0.5, 0.6, true, 1.1, 1.2, true, disagree",
    "0.5, 0.6, true, 0.9, 1.2, true, undecided",
    "0.9, 1.2, true, 0.5, 0.6, true, undecided",
    "0.5, 0.6, true, 0.5, 0.6, false, undecided",
  })
  void signsAreHeldAgainstEachOther(
      double low,
      double high,
      boolean decided,
      double otherLow,
      double otherHigh,
      boolean otherDecided,
      String words) {
    List<Agreement> all =
        Agreement.of(
            run(judgement("a", Map.of(), low, high, decided)),
            run(judgement("a", Map.of(), otherLow, otherHigh, otherDecided)));
    assertEquals(List.of(words), all.stream().map(a -> a.kind().words()).toList());
  }

  @Test
  void strataFitWhereBothNameTheSameLevels() {
    Analysis first =
        run(
            judgement("a", Map.of("placement", "one-node"), 0.5, 0.6, true),
            judgement("a", Map.of("placement", "two-nodes"), 0.5, 0.6, true),
            judgement("b", Map.of(), 0.5, 0.6, true));
    Analysis second =
        run(judgement("a", Map.of("placement", "one-node", "family", "4"), 0.5, 0.6, true));
    List<Agreement> all = Agreement.of(first, second);
    assertEquals(
        List.of(Agreement.Kind.AGREE, Agreement.Kind.NOT_IN_BOTH, Agreement.Kind.NOT_IN_BOTH),
        all.stream().map(Agreement::kind).toList());
    assertEquals(Map.of("placement", "one-node", "family", "4"), all.get(0).stratum());
    assertEquals(
        "\u221245.0 % (\u221250.0 % to \u221240.0 %) | nothing to compare", all.get(2).figures());
  }

  @Test
  void whatHasNothingToCompareIsNotInBoth() {
    Judgement empty = new Judgement(claim("a"), Map.of(), Verdict.INCONCLUSIVE, "none", null, null);
    List<Agreement> all = Agreement.of(run(judgement("a", Map.of(), 0.5, 0.6, true)), run(empty));
    assertEquals(Agreement.Kind.NOT_IN_BOTH, all.get(0).kind());
    assertEquals(
        Agreement.Kind.IN_NEITHER, Agreement.of(run(empty), run(empty)).get(0).kind(), "of both");
    assertEquals(Agreement.Kind.IN_NEITHER, Agreement.of(run(empty), run()).get(0).kind());
  }

  private static Analysis run(Judgement... judgements) {
    return new Analysis(
        Analysis.SCHEMA,
        null,
        List.of(),
        List.of(judgements),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  private static Judgement judgement(
      String id, Map<String, String> stratum, double low, double high, boolean decided) {
    Estimate ratio = new Estimate((low + high) / 2, new Interval(low, high, 0.95));
    Comparison comparison =
        new Comparison(
            "latency", "p50", "p50", "b", "t", stratum, "ns", 1, 1, ratio, ratio, null, "", null,
            null, List.of());
    Verdict verdict = decided ? Verdict.REPRODUCED : Verdict.INCONCLUSIVE;
    return new Judgement(claim(id), stratum, verdict, "", comparison, null);
  }

  private static Claim claim(String id) {
    return Runs.claim(id, Direction.LOWER, 0.75);
  }
}
