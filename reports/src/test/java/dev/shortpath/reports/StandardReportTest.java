package dev.shortpath.reports;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.report.ReportWriter;
import dev.shortpath.harness.store.RunDirectory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.pdfbox.text.TextPosition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 180, unit = TimeUnit.SECONDS)
class StandardReportTest {
  @TempDir Path temp;

  @Test
  void isFoundAsReportWriter() {
    assertTrue(
        ServiceLoader.load(ReportWriter.class).stream()
            .anyMatch(p -> p.type() == StandardReport.class));
  }

  @Test
  void answersOnTheFirstScreenAndHoldsEverySection() throws Exception {
    RunDirectory run = new SyntheticRun().write(temp.resolve("run"));
    List<Path> files = Render.report(run, temp.resolve("report"), "pooled-p99", "none");
    assertEquals(temp.resolve("report/index.html"), files.get(0));
    for (Path file : files) {
      assertTrue(Files.size(file) > 0, file.toString());
    }
    String html = Files.readString(files.get(0));
    String answer = html.substring(0, html.indexOf("<section id=\"figures\""));
    assertTrue(answer.contains("shortcut=sockmap instead of shortcut=off changes the median"));
    assertTrue(answer.contains("95\u00a0% interval"));
    assertTrue(answer.contains(" → ") && answer.contains("µs; 95"), "figures beside the change");
    assertTrue(answer.contains("Path: counters prove it for "));
    assertTrue(answer.contains("The same in each: placement=one-node."), "what is not varied");
    assertTrue(answer.contains("\u2713 reproduced"));
    assertTrue(answer.contains("\u2717 not reproduced"));
    assertTrue(answer.contains("? inconclusive"));
    assertTrue(answer.contains("<svg"));
    assertTrue(
        answer.contains(
            "the figure is lower with shortcut=sockmap than with shortcut=off, the baseline."));
    for (String section :
        List.of(
            "published",
            "distributions",
            "course",
            "sensitivity",
            "path",
            "environment",
            "method",
            "limits",
            "again")) {
      assertTrue(html.contains("<section id=\"" + section + "\">"), section);
    }
    assertTrue(html.contains("(pooled-p99)") && html.contains("(untrimmed)"));
    assertTrue(html.contains("Stand-in, not the part itself: node proxy"));
    assertTrue(html.contains("&#39;a run&#39;"), "the command line is quoted for a shell");
    assertFalse(html.contains("<script"), "needs no script");
  }

  @Test
  void isOneWellFormedFileWithUniqueIdsAndNothingFromOutside() throws Exception {
    RunDirectory run = new SyntheticRun().write(temp.resolve("run"));
    Render.report(run, temp.resolve("report"), "none");
    String html = Files.readString(temp.resolve("report/index.html"));
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(html.getBytes(StandardCharsets.UTF_8)));
    Set<String> ids = new HashSet<>();
    Matcher id = Pattern.compile("\\sid=\"([^\"]+)\"").matcher(html);
    while (id.find()) {
      assertTrue(ids.add(id.group(1)), "twice: " + id.group(1));
    }
    String outside = html.replaceAll("xmlns=\"http://www.w3.org/[^\"]+\"", "");
    assertFalse(outside.matches("(?s).*(https?:|//[a-z]|@import|\\ssrc=|url\\((?!#)).*"));
    Matcher reference = Pattern.compile("(?:href=\"|url\\()#([^\")]+)").matcher(html);
    int references = 0;
    while (reference.find()) {
      assertTrue(ids.contains(reference.group(1)), reference.group(1));
      references++;
    }
    assertTrue(references > 10);
  }

  @Test
  void theSameRunGivesTheSameBytesInAnyJvmLocaleAndZone() throws Exception {
    Path runPath = temp.resolve("run");
    RunDirectory run = new SyntheticRun().write(runPath);
    Render.report(run, temp.resolve("a"), "none");
    Process jvm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.awt.headless=true",
                "-Duser.language=de",
                "-Duser.country=DE",
                "-Duser.timezone=Asia/Tokyo",
                "-Dfile.encoding=ISO-8859-1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.shortpath.reports.Render",
                runPath.toString(),
                temp.resolve("b").toString(),
                "none")
            .inheritIO()
            .start();
    assertTrue(jvm.waitFor(120, TimeUnit.SECONDS));
    assertEquals(0, jvm.exitValue());
    Set<Path> files = files(temp.resolve("a"));
    assertEquals(files, files(temp.resolve("b")));
    assertTrue(files.size() > 20);
    for (Path file : files) {
      assertArrayEquals(
          Files.readAllBytes(temp.resolve("a").resolve(file)),
          Files.readAllBytes(temp.resolve("b").resolve(file)),
          file.toString());
    }
  }

  @Test
  void escapesWhatOthersWrote() throws Exception {
    SyntheticRun synthetic = new SyntheticRun();
    synthetic.note = " <script>alert(\"1\")</script> & \u0007 {{ 1 }} ]]>";
    synthetic.unattested = Set.of(2);
    synthetic.failing = Set.of(4);
    String html = html(synthetic);
    assertFalse(html.contains("<script"));
    assertTrue(html.contains("&lt;script&gt;"));
    assertFalse(html.contains("\u0007"));
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(html.getBytes(StandardCharsets.UTF_8)));
    assertTrue(pdf(temp.resolve("report")).contains("<script>"), "as text, in the PDF");
  }

  @Test
  void pdfSaysTheSame() throws Exception {
    SyntheticRun synthetic = new SyntheticRun();
    synthetic.unattested = Set.of(3);
    Render.report(synthetic.write(temp.resolve("run")), temp.resolve("report"), "none");
    String text = pdf(temp.resolve("report"));
    for (String said :
        List.of(
            "\u2713 reproduced",
            "? inconclusive",
            "table-1-ambient-p50",
            "\u221217.16",
            "\u00b5s",
            "1 trial of 30 did not take the path",
            "How to run it again")) {
      assertTrue(text.contains(said), said);
    }
  }

  @Test
  void pdfKeepsWithinItsPages() throws Exception {
    SyntheticRun synthetic = new SyntheticRun();
    synthetic.blocks = 3;
    synthetic.failing = Set.of(2);
    Render.report(
        synthetic.write(temp.resolve("run")), temp.resolve("report"), "pooled-p99", "none");
    List<String> outside = new ArrayList<>();
    PDFTextStripper margins =
        new PDFTextStripper() {
          @Override
          protected void writeString(String text, List<TextPosition> positions) {
            for (TextPosition p : positions) {
              float right = p.getXDirAdj() + p.getWidthDirAdj();
              float limit = p.getPageWidth() - 14 * 72 / 25.4f + 2;
              if (right > limit && !p.getUnicode().isBlank()) {
                outside.add(getCurrentPageNo() + ": " + text);
              }
            }
          }
        };
    try (PDDocument document = Loader.loadPDF(temp.resolve("report/report.pdf").toFile())) {
      margins.getText(document);
    }
    assertEquals(List.of(), outside);
  }

  /** The page of a run's report. */
  private String html(SyntheticRun synthetic) throws Exception {
    Render.report(synthetic.write(temp.resolve("run")), temp.resolve("report"), "none");
    return Files.readString(temp.resolve("report/index.html"));
  }

  @Test
  void namesTrialsThatWereNotAttestedOrFailed() throws Exception {
    SyntheticRun synthetic = new SyntheticRun();
    synthetic.unattested = Set.of(3);
    synthetic.failing = Set.of(5);
    String html = html(synthetic);
    assertTrue(html.contains("29 of 30 trials attested, of 30 planned; 1 attempt failed."));
    List<List<String>> excluded = csv("excluded");
    assertEquals(List.of("trial", "treatment", "why", "replaced"), excluded.get(0));
    assertEquals("3", excluded.get(1).get(0));
    assertTrue(excluded.get(1).get(2).contains("not attested"));
    assertEquals("no", excluded.get(1).get(3));
    assertEquals("5", excluded.get(2).get(0));
    assertTrue(excluded.get(2).get(2).contains("died with signal 9"));
    assertTrue(html.contains("died with signal 9"));
    assertEquals(32, csv("trials").size(), "a header, 30 trials, a failed attempt");
  }

  @Test
  void trialsThatWereNotCarriedOutAreNoExclusions() throws Exception {
    SyntheticRun synthetic = new SyntheticRun();
    synthetic.untried = Set.of(29, 30);
    String html = html(synthetic);
    assertTrue(html.contains("2 trials of 30 were not carried out"));
    assertFalse(html.contains("table-excluded"), "nothing was excluded");
    assertEquals(
        List.of("29", "30"), csv("untried").stream().skip(1).map(row -> row.get(0)).toList());
  }

  @Test
  void aTrialWhoseAttemptsAllFailedWasNotCarriedOut() throws Exception {
    SyntheticRun synthetic = new SyntheticRun();
    synthetic.lost = Set.of(4);
    synthetic.untried = Set.of(30);
    String html = html(synthetic);
    assertTrue(html.contains("2 trials of 30 were not carried out"));
  }

  @Test
  void aRunWithoutATrialSaysThatThereAreNoFigures() throws Exception {
    SyntheticRun synthetic = new SyntheticRun();
    synthetic.blocks = 1;
    synthetic.lost = Set.of(1);
    synthetic.untried = Set.of(2, 3, 4, 5);
    String html = html(synthetic);
    assertTrue(html.contains("None of 5 trials was carried out: there are no figures."));
    assertTrue(html.contains("1 attempt failed (see Which path the packets took)."));
    assertFalse(html.contains("the figures rest on the others"));
    assertFalse(html.contains("counters prove it for"));
  }

  @Test
  void claimsThatWereNotJudgedStandFoldedBehindTheOthers() throws Exception {
    Render.report(new SyntheticRun().write(temp.resolve("run")), temp.resolve("report"), "none");
    String html = Files.readString(temp.resolve("report/index.html"));
    int folded = html.indexOf("<summary>Claims that this run could not judge (1 row)</summary>");
    assertTrue(folded > html.indexOf("id=\"table-verdicts\""), "behind");
    assertEquals(folded > 0, html.indexOf("\u2013 not judged", folded) > 0);
    assertFalse(csv("verdicts").stream().anyMatch(row -> row.toString().contains("no-such-mesh")));
    assertEquals("inconclusive", csv("unjudged").get(1).get(0), "files keep the verdict");
  }

  @Test
  void trialsWithoutTrafficAreCountedAlikeEverywhere() throws Exception {
    SyntheticRun synthetic = new SyntheticRun();
    synthetic.still = Set.of(2, 7);
    String html = html(synthetic);
    assertTrue(html.contains("counters prove it for 28 of 28 trials (see Which path the packets"));
    assertTrue(html.contains("28 of 28 trials attested; 2 more had no traffic; of 30 planned"));
  }

  @Test
  void eachStatisticOfABlockChartHasItsOwnScale() throws Exception {
    Render.report(new SyntheticRun().write(temp.resolve("run")), temp.resolve("report"), "none");
    String svg = Files.readString(temp.resolve("report/charts/blocks-latency-1.svg"));
    for (String statistic : List.of("p50", "p99", "sd")) {
      assertTrue(svg.contains(">" + statistic + "</text>"), statistic);
    }
    assertEquals(7, svg.split("<svg ", -1).length - 1, "a panel for each of six statistics");
  }

  @Test
  void tablesAsFilesHoldTheFiguresOfTheAnalysis() throws Exception {
    RunDirectory run = new SyntheticRun().write(temp.resolve("run"));
    Render.report(run, temp.resolve("report"), "none");
    var summary =
        Render.analyses(run, "none").get(0).summaries().stream()
            .filter(s -> s.metric().equals("latency"))
            .filter(s -> s.treatment().contains("mesh=ambient,shortcut=sockmap"))
            .findFirst()
            .orElseThrow();
    List<List<String>> table = csv("latency-quartiles");
    int column = table.get(0).indexOf("p50");
    List<String> row =
        table.stream().filter(r -> r.get(0).equals(summary.treatment())).findFirst().orElseThrow();
    var p50 = summary.statistics().get("p50");
    assertEquals(p50.value(), Double.parseDouble(row.get(column)));
    assertEquals(p50.interval().low(), Double.parseDouble(row.get(column + 1)));
    assertEquals(p50.interval().high(), Double.parseDouble(row.get(column + 2)));
    assertTrue(Double.parseDouble(row.get(column + 3)) < 0.8);
    for (Path file : files(temp.resolve("report/tables"))) {
      List<List<String>> rows = csv(file.toString().replace(".csv", ""));
      rows.forEach(r -> assertEquals(rows.get(0).size(), r.size(), file.toString()));
    }
  }

  @Test
  void importedDataSayThatNothingIsAttested() throws Exception {
    SyntheticRun synthetic = new SyntheticRun();
    synthetic.origin = "eztunnel-logs";
    synthetic.blocks = 1;
    String html = html(synthetic);
    assertTrue(html.contains("In these published data, "));
    assertTrue(html.contains("Their path is not attested"));
    assertTrue(html.contains("violin-latency"), "its samples are shown");
    assertTrue(pdf(temp.resolve("report")).contains("not attested"));
  }

  @Test
  void rendersWithoutClaimsWithOneBlockAndWithNothingUsable() throws Exception {
    SyntheticRun bare = new SyntheticRun();
    bare.claims = false;
    Render.report(bare.write(temp.resolve("bare")), temp.resolve("bare-report"), "none");
    assertTrue(
        Files.readString(temp.resolve("bare-report/index.html")).contains("states no claim"));
    SyntheticRun single = new SyntheticRun();
    single.blocks = 1;
    single.samples = 3;
    Render.report(single.write(temp.resolve("one")), temp.resolve("one-report"), "none");
    assertTrue(Files.readString(temp.resolve("one-report/index.html")).contains("Only 1 block"));
    SyntheticRun lost = new SyntheticRun();
    lost.blocks = 1;
    lost.unattested = Set.of(1, 2, 3, 4, 5);
    Render.report(lost.write(temp.resolve("lost")), temp.resolve("lost-report"), "none");
    String html = Files.readString(temp.resolve("lost-report/index.html"));
    assertTrue(html.contains("No claim could be judged"));
    assertTrue(html.contains("0 of 5 trials attested"));
    assertTrue(pdf(temp.resolve("lost-report")).contains("No claim could be judged"));
  }

  @Test
  void aBigRunStaysSmallAndQuick() throws Exception {
    SyntheticRun big = new SyntheticRun();
    big.blocks = 40;
    big.samples = 5000;
    RunDirectory run = big.write(temp.resolve("run"));
    var analyses = Render.analyses(run, "none");
    long start = cpuNanos();
    new StandardReport().write(run, analyses, temp.resolve("report"));
    long seconds = TimeUnit.NANOSECONDS.toSeconds(cpuNanos() - start);
    assertTrue(seconds < 20, seconds + " s of CPU time");
    assertTrue(Files.size(temp.resolve("report/index.html")) < 5_000_000);
    assertTrue(Files.size(temp.resolve("report/report.pdf")) < 5_000_000);
  }

  /** Of this thread: wall time depends on what else the machine does. */
  private static long cpuNanos() {
    return java.lang.management.ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static Set<Path> files(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile)
          .map(directory::relativize)
          .collect(Collectors.toSet());
    }
  }

  private List<List<String>> csv(String table) throws IOException {
    String text = Files.readString(temp.resolve("report/tables/" + table + ".csv"));
    try (CSVParser parser = CSVFormat.RFC4180.parse(new StringReader(text))) {
      return parser.stream().map(r -> r.toList()).toList();
    }
  }

  private static String pdf(Path report) throws IOException {
    try (PDDocument document = Loader.loadPDF(report.resolve("report.pdf").toFile())) {
      return new PDFTextStripper().getText(document).replaceAll("[\\s\u00a0]+", " ");
    }
  }
}
