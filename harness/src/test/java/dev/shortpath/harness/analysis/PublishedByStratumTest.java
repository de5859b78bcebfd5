package dev.shortpath.harness.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shortpath.harness.experiment.Claim;
import dev.shortpath.harness.experiment.Direction;
import dev.shortpath.harness.experiment.Published;
import dev.shortpath.harness.experiment.PublishedAt;
import dev.shortpath.harness.statistics.Bounds;
import dev.shortpath.harness.statistics.SpreadRatio;
import dev.shortpath.harness.store.Json;
import dev.shortpath.harness.store.RunDirectory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One sample a trial, as of a throughput; a table of published ratios of standard deviations. */
class PublishedByStratumTest {
  @TempDir Path path;

  private static Claim table(String statistic, Direction direction, Integer trials) {
    return new Claim(
        "table",
        "Table 1",
        "The spread changes.",
        "connect",
        statistic,
        null,
        Map.of("plane", "a"),
        Map.of("plane", "b"),
        direction,
        null,
        List.of(
            new PublishedAt(
                Map.of("services", "1", "ip-family", "ipv4"), new Published(null, null, 0.2, null)),
            new PublishedAt(Map.of("services", "1000"), new Published(null, null, 1.07, null)),
            new PublishedAt(
                Map.of("services", "2000", "ip-family", "ipv4"),
                new Published(null, null, 3.05, null))),
        trials);
  }

  private RunDirectory run(int blocks, Claim... claims) throws Exception {
    Random random = new Random(3);
    return ScalingRuns.write(
        path,
        blocks,
        ScalingRuns.factors(),
        List.of(Map.of("services", List.of("2000"), "ip-family", List.of("ipv6"))),
        List.of(claims),
        List.of(),
        // Plane b has a fifth of plane a's spread.
        t ->
            new double[] {
              1000
                  + (t.treatment().level("plane", "").equals("b") ? 20 : 100)
                      * random.nextGaussian()
            });
  }

  @Test
  void eachStratumIsJudgedByItsOwnFigure() throws Exception {
    RunDirectory run = run(30, table("sd", Direction.LOWER, null));
    List<Judgement> judgements = Analyzer.analyze(run, Policy.DEFAULT).judgements();
    assertEquals(5, judgements.size(), "the excluded stratum is none");
    Judgement first = of(judgements, "1", "ipv4");
    assertEquals(0.2, first.claim().published().ratio());
    assertEquals(Direction.LOWER, first.claim().direction());
    assertEquals(Verdict.REPRODUCED, first.verdict(), first.reason());
    Judgement unsaid = of(judgements, "1", "ipv6");
    assertNull(unsaid.claim().published());
    assertNull(unsaid.chance());
    assertEquals(Verdict.REPRODUCED, unsaid.verdict(), unsaid.reason());
    assertTrue(unsaid.reason().endsWith("has the claimed sign."), unsaid.reason());
    Judgement both = of(judgements, "1000", "ipv6");
    assertEquals(1.07, both.claim().published().ratio(), "a figure for both families");
    assertEquals(Direction.HIGHER, both.claim().direction(), "its own figure says which way");
    assertEquals(Verdict.NOT_REPRODUCED, both.verdict(), both.reason());
    Judgement last = of(judgements, "2000", "ipv4");
    assertEquals(Direction.HIGHER, last.claim().direction());
  }

  /** Plane b's spread is a fifth; a figure of 1.07 from 100 trials says nothing against that. */
  @Test
  void aFigureWithinChanceIsNoClaimOfItsSign() throws Exception {
    RunDirectory run = run(30, table("sd", Direction.LOWER, 100));
    List<Judgement> judgements = Analyzer.analyze(run, Policy.DEFAULT).judgements();
    for (String family : List.of("ipv4", "ipv6")) {
      Judgement within = of(judgements, "1000", family);
      assertEquals(Verdict.INCONCLUSIVE, within.verdict(), within.reason());
      assertTrue(
          within.reason().contains("the source's own figure cannot be told from 1"),
          within.reason());
      assertTrue(within.comparison().ratio().interval().high() < 1, "though the run tells");
    }
    assertEquals(Verdict.REPRODUCED, of(judgements, "1", "ipv4").verdict());
    assertEquals(Verdict.NOT_REPRODUCED, of(judgements, "2000", "ipv4").verdict());
  }

  /** Leiter et al., Table 3: 0.82 with 10,000 Services may have been 0.825. */
  @Test
  void aRoundedRatioAtTheEdgeOfChanceIsNotToldFromOne() {
    Bounds band = SpreadRatio.chance(100, 0.95);
    assertTrue(band.low() > 0.82 && band.low() < 0.825, band.toString());
    assertFalse(ChanceBand.outside(0.82, band));
    assertFalse(ChanceBand.outside(1.22, band));
    assertTrue(ChanceBand.outside(0.81, band));
    assertTrue(ChanceBand.outside(1.23, band));
  }

  @Test
  void whatTheSourceItselfCouldTellStandsBeside() throws Exception {
    RunDirectory run = run(8, table("sd", Direction.LOWER, 100));
    Analysis analysis = Analyzer.analyze(run, Policy.DEFAULT);
    ChanceBand told = of(analysis.judgements(), "2000", "ipv4").chance();
    assertEquals(100, told.trials());
    assertEquals(0.82, told.low(), 0.005);
    assertEquals(1.22, told.high(), 0.005);
    assertTrue(told.told());
    Judgement untold = of(analysis.judgements(), "1000", "ipv4");
    assertFalse(untold.chance().told());
    assertTrue(
        untold
            .reason()
            .endsWith(
                " With the source's 100 trials a side, chance alone gives ratios from 0.82 to 1.22"
                    + " (normal theory), so its 1.07 cannot be told from 1."),
        untold.reason());
    JsonNode claims = Json.mapper().readTree(ClaimsJson.of(run.run(), analysis)).get("claims");
    JsonNode one = claims.get(0);
    assertEquals(0.2, one.get("published").get("ratio").asDouble());
    assertEquals(100, one.get("publishedTrials").asInt());
    assertTrue(one.get("chance").get("told").asBoolean());
    assertEquals(0.82, one.get("chance").get("low").asDouble(), 0.005);
    assertTrue(claims.get(1).get("chance").isNull());
  }

  @Test
  void aBandIsForStandardDeviationsWithTrialsOnly() throws Exception {
    RunDirectory run = run(3, table("mean", Direction.EQUAL, 100));
    for (Judgement judgement : Analyzer.analyze(run, Policy.DEFAULT).judgements()) {
      assertNull(judgement.chance());
      assertEquals(Direction.EQUAL, judgement.claim().direction(), "equal stays equal");
    }
    assertNull(ChanceBand.of(table("sd", Direction.LOWER, null), 0.95));
  }

  /** One sample a block: the figures are those over trials, and where none can be told, none is. */
  @Test
  void statisticsOverTrialsHaveIntervalsWhereTheyCan() throws Exception {
    RunDirectory run = run(12, table("max", Direction.LOWER, 100));
    Analysis analysis = Analyzer.analyze(run, Policy.DEFAULT);
    for (Summary summary : analysis.summaries()) {
      assertEquals(12, summary.trials());
      assertEquals(12, summary.samples());
      for (String statistic : List.of("p50", "mean", "sd")) {
        Estimate estimate = summary.statistics().get(statistic);
        assertTrue(estimate.interval().contains(estimate.value()), statistic + " " + estimate);
        assertTrue(estimate.interval().low() >= 0, statistic + " " + estimate);
      }
      assertNull(summary.statistics().get("min").interval());
      assertNull(summary.statistics().get("max").interval());
      assertFalse(summary.statistics().containsKey("rfc3550-jitter"));
    }
    Judgement judgement = analysis.judgements().get(0);
    assertEquals(Verdict.INCONCLUSIVE, judgement.verdict());
    assertTrue(judgement.reason().endsWith(": an extreme has no interval."), judgement.reason());
    assertTrue(
        analysis.comparisons().stream().anyMatch(c -> c.statistic().equals("max")),
        "what a claim is about, tables show of every pair");
  }

  @Test
  void aSpreadOfFewTrialsHasNoRatioWithInterval() throws Exception {
    RunDirectory run = run(3, table("sd", Direction.LOWER, 100));
    Analysis analysis = Analyzer.analyze(run, Policy.DEFAULT);
    Judgement judgement = analysis.judgements().get(0);
    // A resample that draws one block three times has no spread at all.
    assertNull(judgement.comparison().ratio().interval());
    assertEquals(Verdict.INCONCLUSIVE, judgement.verdict());
    assertTrue(judgement.reason().contains("the data allow no interval"), judgement.reason());
    for (Summary summary : analysis.summaries()) {
      assertTrue(summary.statistics().get("sd").interval().low() >= 0);
    }
  }

  private static Judgement of(List<Judgement> judgements, String services, String family) {
    return judgements.stream()
        .filter(j -> j.stratum().equals(Map.of("services", services, "ip-family", family)))
        .findFirst()
        .orElseThrow();
  }
}
