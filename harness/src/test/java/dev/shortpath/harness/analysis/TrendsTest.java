package dev.shortpath.harness.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.experiment.Factor;
import dev.shortpath.harness.experiment.Trend;
import dev.shortpath.harness.experiment.Trial;
import dev.shortpath.harness.store.Json;
import dev.shortpath.harness.store.RunDirectory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrendsTest {
  private static final Trend MEAN = new Trend("connect", "mean", "services");
  private static final Trend P50 = new Trend("connect", "p50", "services");

  @TempDir Path path;

  @Test
  void withoutNoiseTheLineIsExact() throws Exception {
    List<TrendLine> lines = lines(6, P50, trial -> new double[] {truth(trial), truth(trial)});
    assertEquals(
        List.of(
            Map.of("plane", "a", "ip-family", "ipv4"), Map.of("plane", "a", "ip-family", "ipv6"),
            Map.of("plane", "b", "ip-family", "ipv4"), Map.of("plane", "b", "ip-family", "ipv6")),
        lines.stream().map(TrendLine::stratum).toList());
    TrendLine a = lines.get(0);
    assertEquals("ns", a.unit());
    assertEquals(List.of(1.0, 1000.0, 2000.0), a.points().stream().map(TrendPoint::level).toList());
    assertEquals(
        List.of(70_016.0, 86_000.0, 102_000.0),
        a.points().stream().map(p -> p.value().value()).toList());
    assertEquals("plane=a,services=1,ip-family=ipv4", a.points().get(0).treatment());
    close(16, 1e-9, a.slope());
    close(70_000, 1e-6, a.intercept());
    close(102_000 / 70_016.0, 1e-9, a.ratio());
    assertEquals(6, a.blocks());
    assertNull(a.note());
    TrendLine b = lines.get(2);
    close(0, 1e-9, b.slope());
    close(1, 1e-9, b.ratio());
  }

  /** What a block does to all of its trials alike is no growth: it must not widen the slope. */
  @Test
  void driftOverBlocksCancels() throws Exception {
    Random random = new Random(5);
    double[] drift = random.doubles(9, 0, 50_000).toArray();
    TrendLine line =
        lines(8, MEAN, t -> new double[] {truth(t) + drift[t.block()], truth(t) + drift[t.block()]})
            .get(0);
    close(16, 1e-6, line.slope());
    Interval point = line.points().get(0).value().interval();
    assertTrue(point.high() - point.low() > 10_000, "the points themselves do drift: " + point);
    Interval intercept = line.intercept().interval();
    assertTrue(intercept.high() - intercept.low() > 10_000, "and the intercept: " + intercept);
  }

  @Test
  void aKnownSlopeIsRecoveredFromNoise() throws Exception {
    Random random = new Random(11);
    List<TrendLine> lines =
        lines(
            10,
            P50,
            trial -> {
              double level = truth(trial) * Math.exp(0.02 * random.nextGaussian());
              return random.doubles(10, level * 0.95, level * 1.05).toArray();
            });
    for (TrendLine line : lines) {
      boolean grows = line.stratum().get("plane").equals("a");
      // How often the interval itself covers is LinesCoverageTest's matter: here, twice its length.
      near(grows ? 16 : 0, line.slope());
      near(70_000, line.intercept());
      if (grows) {
        assertTrue(line.slope().interval().low() > 0, line.slope().toString());
        assertTrue(line.ratio().interval().low() > 1, line.ratio().toString());
      }
    }
  }

  private static void near(double truth, Estimate estimate) {
    double half = (estimate.interval().high() - estimate.interval().low()) / 2;
    assertTrue(half > 0, estimate.toString());
    assertEquals(truth, estimate.value(), 2 * half, estimate.toString());
  }

  /** With 2,767 NodePorts at most, the last one's place in the chain stays what it is. */
  @Test
  void whatGrowsAlongNoLineIsNamed() throws Exception {
    Random random = new Random(3);
    TrendLine bent =
        lines(8, P50, t -> new double[] {(services(t) < 500 ? 40e3 : 180e3) * noise(random, 0.02)})
            .get(0);
    String note =
        "the points lie on no straight line: at services=1000 the figure is 3[3-7] % above it";
    assertTrue(bent.note().matches(note), bent.note());
    assertNull(bent.slope());
    assertNull(bent.intercept());
    assertEquals(4.5, bent.ratio().value(), 0.2);
    int named = 0;
    for (int i = 0; i < 20; i++) {
      for (TrendLine straight : lines(8, P50, t -> new double[] {truth(t) * noise(random, 0.05)})) {
        named += straight.note() == null ? 0 : 1;
      }
    }
    assertTrue(named <= 12, named + " of 80 straight lines are called bent");
  }

  private static double noise(Random random, double sd) {
    return Math.exp(sd * random.nextGaussian());
  }

  /** A block in which a point is missing cannot tell growth from its own circumstances. */
  @Test
  void aLineRestsOnTheBlocksThatHoldEveryPoint() throws Exception {
    List<TrendLine> lines =
        lines(
            4,
            MEAN,
            t ->
                t.block() == 2 && t.treatment().matches(Map.of("plane", "a", "services", "1000"))
                    ? new double[0]
                    : new double[] {truth(t) + (t.block() == 2 ? 1e6 : 0)});
    TrendLine holed = lines.get(0);
    assertEquals(3, holed.blocks());
    assertEquals(70_016, holed.points().get(0).value().value(), 1e-6, "points are the line's own");
    close(16, 1e-9, holed.slope());
    assertEquals(4, lines.get(2).blocks());
  }

  @Test
  void whereThereIsNoLineTheReasonStands() throws Exception {
    List<TrendLine> lines =
        lines(
            2,
            MEAN,
            t ->
                t.treatment().level("plane", "").equals("a")
                    // each block lacks another point, so that no block has all
                    ? (services(t) == (t.block() == 1 ? 1 : 2000))
                        ? new double[0]
                        : new double[] {truth(t)}
                    : services(t) == 1 ? new double[] {truth(t)} : new double[0]);
    TrendLine apart = lines.get(0);
    assertNull(apart.slope());
    assertNull(apart.intercept());
    assertNull(apart.ratio());
    assertEquals("no block holds every point", apart.note());
    assertEquals(3, apart.points().size());
    TrendLine alone = lines.get(2);
    assertNull(alone.slope());
    assertEquals(1, alone.points().size());
    assertEquals("samples of a single level: a line needs two", alone.note());
  }

  @Test
  void aSingleBlockOfSingleSamplesHasALineWithoutInterval() throws Exception {
    TrendLine line = lines(1, MEAN, t -> new double[] {truth(t)}).get(0);
    assertEquals(16, line.slope().value(), 1e-9);
    assertNull(line.slope().interval());
    assertNull(line.ratio().interval());
    assertNull(line.points().get(0).value().interval());
  }

  @Test
  void anExtremeHasALineWithoutInterval() throws Exception {
    TrendLine line =
        lines(5, new Trend("connect", "max", "services"), t -> new double[] {1, truth(t)}).get(0);
    assertEquals(16, line.slope().value(), 1e-9);
    assertNull(line.slope().interval());
  }

  @Test
  void aTrendIsPartOfTheAnalysisAndItsNotes() throws Exception {
    RunDirectory run =
        ScalingRuns.write(
            path,
            3,
            ScalingRuns.factors(),
            List.of(Map.of("plane", List.of("b"), "services", List.of("1000", "2000"))),
            List.of(),
            List.of(P50, MEAN),
            t -> new double[] {truth(t), truth(t) + t.block()});
    Analysis analysis = Analyzer.analyze(run, Policy.DEFAULT);
    assertEquals(
        List.of("p50 a ipv4", "p50 a ipv6", "mean a ipv4", "mean a ipv6"),
        analysis.trends().stream()
            .map(
                t ->
                    t.statistic()
                        + " "
                        + t.levels().get("plane")
                        + " "
                        + t.levels().get("ip-family"))
            .toList(),
        "plane b has one level left: that is no trend");
    assertEquals(Map.of("ip-family", "ipv4"), analysis.trends().get(0).stratum());
    assertTrue(
        analysis.notes().stream().anyMatch(n -> n.startsWith("Trends are straight lines")),
        analysis.notes().toString());
    String json = Json.mapper().writeValueAsString(analysis);
    assertEquals(
        json, Json.mapper().writeValueAsString(Json.mapper().readValue(json, Analysis.class)));
    assertNotNull(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void levelsAreOrderedAsNumbersNotAsWritten() throws Exception {
    RunDirectory run =
        ScalingRuns.write(
            path,
            2,
            List.of(new Factor("services", List.of("10000", "2", "900"))),
            List.of(),
            List.of(),
            List.of(MEAN),
            t -> new double[] {services(t)});
    TrendLine line = Analyzer.analyze(run, Policy.DEFAULT).trends().get(0);
    assertEquals(
        List.of(2.0, 900.0, 10000.0), line.points().stream().map(TrendPoint::level).toList());
    assertEquals(5000, line.ratio().value());
    assertEquals(Map.of(), line.stratum());
  }

  @Test
  void aMetricWithoutSamplesHasNoTrend() throws Exception {
    RunDirectory run =
        ScalingRuns.write(
            path,
            2,
            ScalingRuns.factors(),
            List.of(),
            List.of(),
            List.of(new Trend("throughput", "mean", "services")),
            t -> new double[] {1});
    assertEquals(List.of(), Analyzer.analyze(run, Policy.DEFAULT).trends());
  }

  /** 70 µs, and 16 ns a Service under plane a. */
  private static double truth(Trial trial) {
    boolean grows = trial.treatment().level("plane", "").equals("a");
    return 70_000 + (grows ? 16 * services(trial) : 0);
  }

  private static double services(Trial trial) {
    return ScalingRuns.services(trial);
  }

  private List<TrendLine> lines(int blocks, Trend trend, Function<Trial, double[]> values)
      throws Exception {
    RunDirectory run =
        ScalingRuns.write(
            Files.createTempDirectory(path, "run"),
            blocks,
            ScalingRuns.factors(),
            List.of(),
            List.of(),
            List.of(trend),
            values);
    return Analyzer.analyze(run, Policy.DEFAULT).trends().stream().collect(Collectors.toList());
  }

  private static void close(double expected, double within, Estimate estimate) {
    assertEquals(expected, estimate.value(), within);
    assertEquals(expected, estimate.interval().low(), within);
    assertEquals(expected, estimate.interval().high(), within);
  }
}
