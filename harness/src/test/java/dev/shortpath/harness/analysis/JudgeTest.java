package dev.shortpath.harness.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.experiment.Claim;
import dev.shortpath.harness.experiment.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgeTest {
  /** Direction, published ratio (or none), interval of the ratio, verdict, part of the reason. */
  @ParameterizedTest
  @CsvSource({
    "LOWER, 0.7865, 0.75, 0.82, reproduced, covers the published −21.35 %",
    "LOWER, 0.7865, 0.50, 0.60, reproduced, exceeds the published −21.35 %",
    "LOWER, 0.7865, 0.85, 0.95, not reproduced, falls short of the published −21.35 %",
    "LOWER, 0.7865, 1.02, 1.10, not reproduced, the sign is the opposite",
    "LOWER, 0.7865, 0.95, 1.05, not reproduced, excludes an effect as large as the published −21.35"
        + " %",
    "LOWER, 0.7865, 0.70, 1.05, inconclusive, includes both no change and the published −21.35 %",
    "LOWER, , 0.70, 0.95, reproduced, has the claimed sign",
    "LOWER, , 0.70, 1.05, inconclusive, includes no change",
    "LOWER, , 1.05, 1.10, not reproduced, the sign is the opposite",
    "HIGHER, 1.50, 1.40, 1.60, reproduced, covers the published +50.00 %",
    "HIGHER, 1.50, 1.70, 1.90, reproduced, exceeds the published +50.00 %",
    "HIGHER, 1.50, 1.10, 1.30, not reproduced, falls short of the published +50.00 %",
    "HIGHER, 1.50, 0.80, 0.90, not reproduced, the sign is the opposite",
    "HIGHER, 1.50, 0.90, 1.20, not reproduced, excludes an effect as large",
    "HIGHER, 1.50, 0.90, 1.70, inconclusive, includes both",
    "EQUAL, 1.008, 0.98, 1.03, reproduced, hence equal",
    "EQUAL, 1.008, 1.60, 2.00, not reproduced, hence not equal",
    "EQUAL, 1.008, 0.98, 1.20, inconclusive, into and out of the margin",
  })
  void verdictsFollowTheInterval(
      Direction direction, Double published, double low, double high, String verdict, String why) {
    Judge.Finding finding =
        new Judge(List.of(), true)
            .judge(claim(direction, published), comparison("latency", low, high, 6), 6, null);
    assertEquals(verdict, finding.verdict().words(), finding.reason());
    assertTrue(finding.reason().contains(why), finding.reason());
    assertTrue(finding.reason().contains("\u00b5s"), finding.reason());
    assertTrue(finding.reason().endsWith("."), finding.reason());
    assertFalse(finding.reason().contains("\n"));
  }

  @Test
  void oneMeasuredBlockDecidesNothing() {
    Comparison one = comparison("latency", 0.7, 0.8, 1);
    Claim claim = claim(Direction.LOWER, 0.75);
    assertEquals(
        Verdict.INCONCLUSIVE, new Judge(List.of(), true).judge(claim, one, 1, null).verdict());
    assertEquals(
        Verdict.REPRODUCED, new Judge(List.of(), false).judge(claim, one, 1, null).verdict());
  }

  @Test
  void noIntervalDecidesNothing() {
    Comparison c = comparison("latency", Double.NaN, Double.NaN, 6);
    assertEquals(
        Verdict.INCONCLUSIVE,
        new Judge(List.of(), true).judge(claim(Direction.LOWER, 0.75), c, 6, null).verdict());
  }

  /** A run whose A/A arms differ by more than the effect cannot tell the effect. */
  @Test
  void aLouderRepeatOverrules() {
    Comparison effect = comparison("latency", 0.9, 0.96, 6);
    Claim claim = claim(Direction.LOWER, 0.95);
    assertEquals(
        Verdict.REPRODUCED,
        new Judge(List.of(comparison("latency", 0.8, 1.1, 6)), true)
            .judge(claim, effect, 6, null)
            .verdict(),
        "an A/A interval that includes no change does not matter");
    assertEquals(
        Verdict.REPRODUCED,
        new Judge(List.of(comparison("cpu", 1.2, 1.4, 6)), true)
            .judge(claim, effect, 6, null)
            .verdict(),
        "nor one of another metric");
    assertEquals(
        Verdict.REPRODUCED,
        new Judge(List.of(comparison("latency", 1.01, 1.03, 6)), true)
            .judge(claim, effect, 6, null)
            .verdict(),
        "nor a smaller one");
    Judge.Finding finding =
        new Judge(List.of(comparison("latency", 1.2, 1.4, 6)), true).judge(claim, effect, 6, null);
    assertEquals(Verdict.INCONCLUSIVE, finding.verdict());
    assertTrue(finding.reason().contains("the same treatment twice"), finding.reason());
  }

  /** Whichever side of 1 such a ratio lies on, and whatever was measured. */
  @ParameterizedTest
  @CsvSource({"0.93, 0.50, 0.60", "0.93, 1.50, 1.60", "0.93, 0.98, 1.02", "1.07, 1.50, 1.60"})
  void aFigureThatItsSourceCannotTellFromOneDecidesNothing(
      double published, double low, double high) {
    Direction direction = published < 1 ? Direction.LOWER : Direction.HIGHER;
    Comparison c = comparison("latency", low, high, 6);
    Judge.Finding finding =
        new Judge(List.of(), true)
            .judge(claim(direction, published), c, 6, new ChanceBand(100, 0.95, 0.82, 1.22, false));
    assertEquals(Verdict.INCONCLUSIVE, finding.verdict());
    assertTrue(finding.reason().contains("own figure cannot be told from 1"), finding.reason());
    assertEquals(
        Verdict.REPRODUCED,
        new Judge(List.of(), true)
            .judge(
                claim(Direction.LOWER, 0.6),
                comparison("latency", 0.5, 0.7, 6),
                6,
                new ChanceBand(100, 0.95, 0.82, 1.22, true))
            .verdict(),
        "one that it can tell is judged");
    assertEquals(
        Verdict.REPRODUCED,
        new Judge(List.of(), true)
            .judge(
                claim(Direction.EQUAL, 1.008),
                comparison("latency", 0.98, 1.02, 6),
                6,
                new ChanceBand(100, 0.95, 0.82, 1.22, false))
            .verdict(),
        "and a claim of no difference says itself what it says");
  }

  private static Claim claim(Direction direction, Double ratio) {
    return Runs.claim("claim", direction, ratio);
  }

  private static Comparison comparison(String metric, double low, double high, int blocks) {
    boolean none = Double.isNaN(low);
    double ratio = none ? 0.8 : Math.sqrt(low * high);
    List<BlockRatio> ratios = new ArrayList<>();
    for (int block = 1; block <= blocks; block++) {
      ratios.add(new BlockRatio(block, ratio));
    }
    return new Comparison(
        metric,
        "p50",
        "p50",
        "shortcut=off",
        "shortcut=sockmap",
        Map.of(),
        "ns",
        400_000,
        400_000 * ratio,
        new Estimate(ratio, none ? null : new Interval(low, high, 0.95)),
        new Estimate(400_000 * (ratio - 1), null),
        null,
        "none",
        null,
        null,
        ratios);
  }
}
