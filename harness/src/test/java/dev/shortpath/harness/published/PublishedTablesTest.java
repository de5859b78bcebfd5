package dev.shortpath.harness.published;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shortpath.harness.analysis.Analysis;
import dev.shortpath.harness.analysis.Analyzer;
import dev.shortpath.harness.analysis.Judgement;
import dev.shortpath.harness.analysis.Policy;
import dev.shortpath.harness.analysis.Summary;
import dev.shortpath.harness.analysis.Verdict;
import dev.shortpath.harness.store.Json;
import dev.shortpath.harness.store.RunDirectory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tables I and II of the paper from the authors' own logs, to the printed digit. The logs are not
 * part of this project: {@code SHORTPATH_EZTUNNEL_DATA} (or the system property {@code
 * shortpath.eztunnel.data}) names their directory, else {@code ../shared/data/eztunnel} beside the
 * checkout is tried.
 */
class PublishedTablesTest {
  private static final Policy PAPER = new Policy("pooled-p99", 2000, 0.95, 20241);

  @TempDir static Path temporary;
  private static RunDirectory run;
  private static Analysis trimmed;
  private static Analysis untrimmed;

  @BeforeAll
  static void importAndAnalyze() throws Exception {
    Path data = data();
    if (!Files.isDirectory(data)) {
      return;
    }
    run =
        new EzTunnelLogs()
            .read(
                new ImportRequest(
                    data,
                    temporary.resolve("run"),
                    List.of("import"),
                    "2024-01-01T00:00:00Z",
                    "x"));
    trimmed = Analyzer.analyze(run, PAPER);
    untrimmed = Analyzer.analyze(run, Policy.DEFAULT);
  }

  /** Before each, not once: so every test that is skipped is listed as such. */
  @BeforeEach
  void needsThePublishedLogs() {
    assumeTrue(
        run != null,
        "the published eZtunnel logs are not at " + data() + ": set SHORTPATH_EZTUNNEL_DATA");
  }

  private static Path data() {
    String named =
        System.getProperty(
            "shortpath.eztunnel.data", System.getenv().get("SHORTPATH_EZTUNNEL_DATA"));
    if (named != null && !named.isEmpty()) {
      return Path.of(named);
    }
    // Tests run in the module's directory; the checkout is its parent.
    return Path.of("").toAbsolutePath().getParent().resolveSibling("shared/data/eztunnel");
  }

  /** Table I and the counts behind it; the notebook's unrounded figures, in ns. */
  @ParameterizedTest
  @CsvSource({
    "none, off, 2413, 2371, 443983.0, 481832.0, 529713.5",
    "none, sockmap, 2146, 2140, 368605.5, 399145.0, 452569.75",
    "ambient, off, 2129, 2099, 442691.0, 485818.0, 537116.5",
    "ambient, sockmap, 2075, 2065, 351513.0, 382103.0, 423659.0",
  })
  void tableOne(
      String mesh, String shortcut, long n, long kept, double p25, double p50, double p75) {
    Summary summary = summary(trimmed, "latency", mesh, shortcut);
    assertEquals(n, summary.samples());
    assertEquals(kept, summary.kept());
    assertEquals(p25, value(summary, "p25"), 1e-6);
    assertEquals(p50, value(summary, "p50"), 1e-6);
    assertEquals(p75, value(summary, "p75"), 1e-6);
  }

  /** As printed, in µs; none, optimised, p50 is printed 399.15 and is 399.145. */
  @ParameterizedTest
  @CsvSource({
    "none, off, p25, 443.98",
    "none, off, p50, 481.83",
    "none, off, p75, 529.71",
    "none, sockmap, p25, 368.61",
    "none, sockmap, p50, 399.15",
    "none, sockmap, p75, 452.57",
    "ambient, off, p25, 442.69",
    "ambient, off, p50, 485.82",
    "ambient, off, p75, 537.12",
    "ambient, sockmap, p25, 351.51",
    "ambient, sockmap, p50, 382.10",
    "ambient, sockmap, p75, 423.66",
    "none, off, sd, 83.25",
    "none, sockmap, sd, 80.86",
    "ambient, off, sd, 88.44",
    "ambient, sockmap, sd, 79.79",
  })
  void everyFigureAsPrinted(String mesh, String shortcut, String statistic, String printed) {
    double ns = value(summary(trimmed, "latency", mesh, shortcut), statistic);
    assertEquals(printed, String.format(Locale.ROOT, "%.2f", ns / 1000));
  }

  /** Table II, unrounded, from the notebook's output. */
  @ParameterizedTest
  @CsvSource({
    "none, off, 83247.877712", "none, sockmap, 80861.114336",
    "ambient, off, 88440.404120", "ambient, sockmap, 79792.937463",
  })
  void tableTwo(String mesh, String shortcut, double sd) {
    assertEquals(sd, value(summary(trimmed, "latency", mesh, shortcut), "sd"), 1e-6);
  }

  /** The percentages that the tables print. */
  @ParameterizedTest
  @CsvSource({
    "table-1-none-p25, -16.98", "table-1-none-p50, -17.16", "table-1-none-p75, -14.56",
    "table-1-ambient-p25, -20.60", "table-1-ambient-p50, -21.35", "table-1-ambient-p75, -21.12",
    "table-2-none-jitter, -2.87", "table-2-ambient-jitter, -9.78",
  })
  void everyChangeAsPrinted(String claim, String printed) {
    Judgement judgement = judgement(trimmed, claim);
    double ratio = judgement.comparison().ratio().value();
    assertEquals(printed, String.format(Locale.ROOT, "%.2f", (ratio - 1) * 100));
    assertTrue(judgement.comparison().ratio().interval().contains(ratio));
    assertTrue(
        judgement.comparison().ratio().interval().contains(judgement.claim().published().ratio()));
  }

  /** The data that the claims were made from must bear them out where the interval allows. */
  @Test
  void theAuthorsDataBearTheirClaimsOut() {
    for (Judgement judgement : trimmed.judgements()) {
      boolean small = judgement.claim().id().equals("table-2-none-jitter");
      assertEquals(
          small ? Verdict.INCONCLUSIVE : Verdict.REPRODUCED,
          judgement.verdict(),
          judgement.claim().id() + ": " + judgement.reason());
    }
    assertEquals(8, trimmed.judgements().size());
  }

  @Test
  void withoutTrimmingNothingIsDropped() {
    for (Summary summary : untrimmed.summaries()) {
      assertEquals(summary.samples(), summary.kept());
    }
    assertTrue(
        value(summary(untrimmed, "latency", "ambient", "off"), "sd")
            > value(summary(trimmed, "latency", "ambient", "off"), "sd"));
    assertEquals(1191078, value(summary(untrimmed, "latency", "ambient", "off"), "max"), 1e-9);
  }

  /** The notebook takes differences of all samples, one fewer than samples, then trims them. */
  @Test
  void variationIsTakenBeforeTrimming() {
    for (String mesh : List.of("none", "ambient")) {
      Summary latency = summary(trimmed, "latency", mesh, "off");
      Summary variation = summary(trimmed, "latency-variation", mesh, "off");
      assertEquals(latency.samples() - 1, variation.samples());
      assertTrue(variation.kept() < variation.samples());
      assertEquals(
          value(summary(untrimmed, "latency", mesh, "off"), "rfc3550-jitter"),
          value(latency, "rfc3550-jitter"));
      assertFalse(variation.statistics().containsKey("rfc3550-jitter"));
    }
  }

  @Test
  void aReaderIsToldThatThePathIsNotAttested() throws Exception {
    assertTrue(
        trimmed.notes().stream().anyMatch(n -> n.contains("not attested")),
        trimmed.notes().toString());
    assertTrue(trimmed.notes().stream().anyMatch(n -> n.contains("single block")));
    assertTrue(trimmed.exclusions().isEmpty());
    assertFalse(run.trials().get(0).attestation().attested());
    assertFalse(run.trials().get(0).usable());
  }

  @Test
  void theSameDataGiveTheSameBytes() throws Exception {
    byte[] again =
        Json.mapper().writeValueAsBytes(Analyzer.analyze(RunDirectory.open(run.path()), PAPER));
    String first = Json.mapper().writeValueAsString(trimmed);
    assertEquals(first, new String(again, StandardCharsets.UTF_8));
    assertFalse(Stream.of("NaN", "Infinity").anyMatch(first::contains));
    assertEquals(
        first, Json.mapper().writeValueAsString(Json.mapper().readValue(again, Analysis.class)));
  }

  private static Summary summary(Analysis of, String metric, String mesh, String shortcut) {
    return of.summaries().stream()
        .filter(s -> s.metric().equals(metric))
        .filter(s -> s.treatment().equals("mesh=" + mesh + ",shortcut=" + shortcut))
        .findFirst()
        .orElseThrow();
  }

  private static double value(Summary summary, String statistic) {
    return assertNotNullAnd(summary.statistics().get(statistic)).value();
  }

  private static <T> T assertNotNullAnd(T value) {
    assertNotNull(value);
    return value;
  }

  private static Judgement judgement(Analysis of, String claim) {
    return of.judgements().stream()
        .filter(j -> j.claim().id().equals(claim))
        .findFirst()
        .orElseThrow();
  }
}
