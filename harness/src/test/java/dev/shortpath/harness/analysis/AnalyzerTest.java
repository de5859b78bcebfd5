package dev.shortpath.harness.analysis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.experiment.Direction;
import dev.shortpath.harness.experiment.Trial;
import dev.shortpath.harness.metric.Metric;
import dev.shortpath.harness.statistics.Quantiles;
import dev.shortpath.harness.store.Json;
import dev.shortpath.harness.store.RunDirectory;
import dev.shortpath.harness.store.StoreException;
import dev.shortpath.harness.store.TrialState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnalyzerTest {
  @TempDir Path path;

  @Test
  void everyMetricIsSummarisedUnderEveryTreatment() throws Exception {
    RunDirectory run = Runs.whole(path, 4);
    Analysis analysis = Analyzer.analyze(run, Policy.DEFAULT);
    assertEquals(
        List.of("latency", "latency-variation", "cpu"),
        analysis.metrics().stream().map(Metric::name).collect(Collectors.toList()));
    assertEquals(
        List.of(
            "mesh=none,shortcut=off",
            "mesh=none,shortcut=sockmap",
            "mesh=ambient,shortcut=off",
            "mesh=ambient,shortcut=sockmap"),
        analysis.summaries().stream()
            .map(Summary::treatment)
            .limit(4)
            .collect(Collectors.toList()));
    assertEquals(12, analysis.summaries().size());
    Summary first = analysis.summaries().get(0);
    assertEquals(4, first.trials(), "the second replica is for A/A alone");
    assertEquals(200, first.samples());
    double[] all =
        run.trials().stream()
            .filter(r -> r.trial().treatment().id().equals(first.treatment()))
            .filter(r -> r.trial().replica() == 1)
            .flatMapToDouble(r -> DoubleStream.of(values(run, r.trial().number())))
            .toArray();
    assertEquals(Quantiles.of(all, 0.5), first.statistics().get("p50").value());
    assertNotNull(first.statistics().get("p50").interval());
    assertNull(first.statistics().get("max").interval());
    assertTrue(first.statistics().containsKey("rfc3550-jitter"));
    assertFalse(analysis.summaries().get(8).statistics().containsKey("rfc3550-jitter"));
  }

  @Test
  void aClaimIsJudgedInEachStratum() throws Exception {
    RunDirectory run = Runs.whole(path, 5, Runs.claim("faster", Direction.LOWER, 0.8));
    Analysis analysis = Analyzer.analyze(run, Policy.DEFAULT);
    assertEquals(
        List.of(Map.of("mesh", "none"), Map.of("mesh", "ambient")),
        analysis.judgements().stream().map(Judgement::stratum).collect(Collectors.toList()));
    for (Judgement judgement : analysis.judgements()) {
      assertEquals(Verdict.REPRODUCED, judgement.verdict(), judgement.reason());
      Comparison comparison = judgement.comparison();
      assertEquals(
          comparison.treatmentValue() / comparison.baselineValue(), comparison.ratio().value());
      assertEquals(5, comparison.blocks().size());
      assertEquals(0.8, comparison.ratio().value(), 0.05);
      assertEquals(2 / 32.0, comparison.pValue());
      assertTrue(comparison.cliffsDelta() < -0.5);
      assertTrue(comparison.smallestDetectable() > 0 && comparison.smallestDetectable() < 0.2);
    }
    // Two strata, three metrics, six statistics.
    assertEquals(36, analysis.comparisons().size());
  }

  @Test
  void whereNothingWasSwitchedADifferenceIsChance() throws Exception {
    Runs runs = Runs.plan(path, 5, "measured", Runs.claim("faster", Direction.LOWER, 0.8));
    runs.onThePath("client → server: stack");
    for (Trial trial : runs.plan()) {
      runs.done(trial.number(), true);
    }
    Analysis analysis = Analyzer.analyze(runs.directory(), Policy.DEFAULT);
    for (Judgement judgement : analysis.judgements()) {
      assertEquals(Verdict.INCONCLUSIVE, judgement.verdict(), judgement.reason());
      assertTrue(judgement.reason().contains("took the same path"), judgement.reason());
      assertNull(judgement.comparison(), "so that no report shows it as an effect");
    }
  }

  @Test
  void theSameTreatmentTwiceDoesNotDiffer() throws Exception {
    Analysis analysis = Analyzer.analyze(Runs.whole(path, 5), Policy.DEFAULT);
    Comparison repeat = analysis.repeats().get(1);
    assertEquals("p50", repeat.statistic());
    assertEquals(repeat.baseline(), repeat.treatment());
    assertTrue(repeat.ratio().interval().contains(1), repeat.ratio().toString());
    assertEquals(18, analysis.repeats().size());
  }

  @Test
  void onlyAttestedTrialsAreUsedAndTheOthersNamed() throws Exception {
    Runs runs = Runs.plan(path, 2, "measured", Runs.claim("faster", Direction.LOWER, 0.8));
    for (int number = 1; number <= 9; number++) {
      runs.failed(number, "server died");
      if (number != 2) {
        runs.done(number, number != 3);
      }
    }
    Analysis analysis = Analyzer.analyze(runs.directory(), Policy.DEFAULT);
    List<Exclusion> exclusions = analysis.exclusions();
    assertEquals(10, exclusions.size());
    assertEquals("attempt 1 failed: server died", exclusions.get(0).reason());
    assertTrue(exclusions.get(0).recovered());
    assertEquals(2, exclusions.get(1).trial());
    assertFalse(exclusions.get(1).recovered());
    assertEquals("path not attested: 0 of 50 redirected", exclusions.get(3).reason());
    assertFalse(exclusions.get(3).recovered());
    assertEquals(List.of(10), analysis.untried().stream().map(Trial::number).toList());
    Judgement judgement = analysis.judgements().get(0);
    assertEquals(Verdict.INCONCLUSIVE, judgement.verdict());
    assertTrue(judgement.reason().contains("a single block"), judgement.reason());
    assertEquals(
        List.of(2),
        judgement.comparison().blocks().stream()
            .map(BlockRatio::block)
            .collect(Collectors.toList()));
  }

  @Test
  void nothingAttestedMeansInconclusiveWithTheReason() throws Exception {
    Runs runs = Runs.plan(path, 1, "measured", Runs.claim("faster", Direction.LOWER, 0.8));
    for (int number = 1; number <= 5; number++) {
      runs.done(number, false);
    }
    Analysis analysis = Analyzer.analyze(runs.directory(), Policy.DEFAULT);
    assertEquals(0, analysis.summaries().size());
    for (Judgement judgement : analysis.judgements()) {
      assertEquals(Verdict.INCONCLUSIVE, judgement.verdict());
      assertNull(judgement.comparison());
      assertTrue(judgement.reason().startsWith("No attested trials of mesh="), judgement.reason());
      assertTrue(judgement.reason().contains("0 of 50 redirected"), judgement.reason());
    }
    Json.mapper().writeValueAsBytes(analysis);
  }

  @Test
  void anEmptyRunIsAnalysedToo() throws Exception {
    Runs runs = Runs.plan(path, 1, "measured", Runs.claim("faster", Direction.LOWER, 0.8));
    Analysis analysis = Analyzer.analyze(runs.directory(), Policy.DEFAULT);
    assertEquals(List.of(), analysis.exclusions(), "nothing was kept without being used");
    assertEquals(5, analysis.untried().size());
    assertEquals(2, analysis.judgements().size());
    assertTrue(
        analysis.judgements().get(0).reason().contains("not carried out"),
        analysis.judgements().get(0).reason());
  }

  @Test
  void importedDataAreUsedAndSaidToBeUnattested() throws Exception {
    Runs runs = Runs.plan(path, 1, "eztunnel-logs", Runs.claim("faster", Direction.LOWER, 0.8));
    for (int number = 1; number <= 5; number++) {
      runs.done(number, false);
    }
    Analysis analysis = Analyzer.analyze(runs.directory(), Policy.DEFAULT);
    Judgement judgement = analysis.judgements().get(0);
    assertNotNull(judgement.comparison().ratio().interval());
    assertNull(judgement.comparison().pValue());
    assertEquals(Verdict.REPRODUCED, judgement.verdict(), judgement.reason());
    assertTrue(analysis.notes().get(0).startsWith("Path not attested"));
  }

  @Test
  void trimmingDropsWhatLiesAboveThePooledQuantile() throws Exception {
    RunDirectory run = Runs.whole(path, 3);
    Analysis analysis = Analyzer.analyze(run, new Policy("pooled-p99", 100, 0.95, 1));
    long samples = 0;
    long kept = 0;
    for (Summary summary : analysis.summaries()) {
      if (summary.metric().equals("latency")) {
        samples += summary.samples();
        kept += summary.kept();
      }
    }
    // 750 samples with the replica's: 8 lie above the p99; those of the replica are not summarised.
    assertEquals(600, samples);
    assertTrue(kept < samples && kept >= 592, "kept " + kept);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Analyzer.analyze(run, new Policy("half", 100, 0.95, 1)));
    assertEquals("trimming policy 'half' is unknown: none, pooled-p99", e.getMessage());
  }

  @Test
  void figuresThatAreNoNumbersNeverLeave() throws Exception {
    Runs runs = Runs.plan(path, 2, "measured", Runs.claim("faster", Direction.LOWER, 0.8));
    for (int number = 1; number <= 10; number++) {
      // Constant: no spread, no variation, a ratio of 0 to 0.
      runs.write(number, new double[] {7, 7, 7}, TrialState.DONE, null, true, Map.of("cpu", 0.0));
    }
    Analysis analysis = Analyzer.analyze(runs.directory(), Policy.DEFAULT);
    String json = Json.mapper().writeValueAsString(analysis);
    assertFalse(json.contains("NaN") || json.contains("Infinity"), json);
    assertTrue(
        analysis.comparisons().stream().noneMatch(c -> c.metric().equals("cpu")),
        "no ratio of nothing to nothing");
  }

  @Test
  void aDamagedTrialIsNamed() throws Exception {
    Runs runs = Runs.plan(path, 1, "measured");
    runs.write(2, new double[] {7, Double.NaN}, TrialState.DONE, null, true, Map.of());
    StoreException e =
        assertThrows(
            StoreException.class, () -> Analyzer.analyze(runs.directory(), Policy.DEFAULT));
    assertTrue(
        e.getMessage()
            .contains("0002/samples.csv.gz line 3: damaged: latency is not a finite number"));
  }

  @Test
  void theSameRunGivesTheSameBytes() throws Exception {
    RunDirectory run = Runs.whole(path, 9, Runs.claim("faster", Direction.LOWER, 0.8));
    byte[] one = Json.mapper().writeValueAsBytes(Analyzer.analyze(run, Policy.DEFAULT));
    byte[] two =
        Json.mapper().writeValueAsBytes(Analyzer.analyze(RunDirectory.open(path), Policy.DEFAULT));
    assertArrayEquals(one, two);
    Analysis read = Json.mapper().readValue(one, Analysis.class);
    assertEquals(new String(one, StandardCharsets.UTF_8), Json.mapper().writeValueAsString(read));
  }

  @Test
  void namesAreToldForChecksOfExperiments() {
    assertTrue(Analyzer.statistics().containsAll(List.of("p50", "sd", "rfc3550-jitter")));
    assertEquals(List.of("latency-variation"), Analyzer.derivedMetrics());
    assertEquals(List.of("none", "pooled-p99"), Analyzer.trimmings());
  }

  private static double[] values(RunDirectory run, int number) {
    try {
      return run.values(number, "latency");
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
