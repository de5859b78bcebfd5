package dev.shortpath.reports;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.analysis.Analysis;
import dev.shortpath.harness.analysis.Comparison;
import dev.shortpath.harness.analysis.Judgement;
import dev.shortpath.harness.analysis.TrendLine;
import dev.shortpath.harness.analysis.Verdict;
import dev.shortpath.harness.store.RunDirectory;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.html.Page;
import dev.shortpath.reports.html.PageWriter;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 180, unit = TimeUnit.SECONDS)
class SweepReportTest {
  @TempDir static Path shared;

  private static RunDirectory run;
  private static Analysis analysis;
  private static Path report;

  @BeforeAll
  static void renderOnce() throws Exception {
    run = new SyntheticSweep().write(shared.resolve("run"));
    report = shared.resolve("report");
    List<Analysis> analyses = Render.analyses(run, "none");
    new StandardReport().write(run, analyses, report);
    analysis = analyses.get(0);
  }

  @Test
  void firstScreenSaysWhatBecomesOfEachLineAndGroupsTheClaims() throws Exception {
    String html = Files.readString(report.resolve("index.html"));
    String answer = html.substring(0, html.indexOf("<section id=\"scaling\""));
    assertTrue(answer.contains("the median of connect from 1 to 10\u202f000 services"), answer);
    assertTrue(answer.contains(": iptables ") && answer.contains("; ebpf "));
    assertTrue(answer.contains("chart-lead"));
    assertFalse(answer.contains("chart-claims"), "grouped claims are in no forest chart");
    List<CSVRecord> groups = csv("claim-groups");
    assertEquals(8, groups.size(), "a table's column each, not a ratio each");
    int grouped =
        groups.stream()
            .mapToInt(
                g ->
                    Stream.of("reproduced", "not reproduced", "inconclusive")
                        .mapToInt(v -> Integer.parseInt(g.get(v)))
                        .sum())
            .sum();
    assertEquals(analysis.judgements().size(), grouped);
    assertTrue(answer.contains("<details><summary>Claims and verdicts"));
  }

  @Test
  void levelTablesHoldMeasuredAndPublishedRatiosAndWhatChanceDoes() throws Exception {
    List<CSVRecord> table = csv("levels-1");
    assertEquals(
        List.of("1", "1000", "5000", "10000"), table.stream().map(r -> r.get("services")).toList());
    String field = "throughput sd, ip-family=ipv6 ebpf / iptables ";
    for (CSVRecord row : table) {
      Judgement j =
          analysis.judgements().stream()
              .filter(o -> o.claim().metric().equals("throughput"))
              .filter(o -> "ipv6".equals(o.stratum().get("ip-family")))
              .filter(o -> row.get("services").equals(o.stratum().get("services")))
              .findFirst()
              .orElseThrow();
      Comparison c = j.comparison();
      assertEquals(c.ratio().value(), Double.parseDouble(row.get(field + "ratio")));
      assertEquals(c.ratio().interval().low(), Double.parseDouble(row.get(field + "ratio low")));
      assertEquals(j.claim().published().ratio(), Double.parseDouble(row.get(field + "published")));
      assertEquals(j.verdict().words(), row.get(field + "verdict"));
      assertEquals(0.82, Double.parseDouble(row.get(field + "chance low")), 0.005);
      assertEquals(1.22, Double.parseDouble(row.get(field + "chance high")), 0.005);
    }
    String html = Files.readString(report.resolve("index.html"));
    assertTrue(html.contains("Two arms of 100 trials that do not differ at all"));
    assertTrue(html.contains("within chance 0.82–1.22"));
    List<Judgement> untold =
        analysis.judgements().stream()
            .filter(j -> j.chance() != null && !j.chance().told())
            .toList();
    assertFalse(untold.isEmpty());
    assertTrue(untold.stream().allMatch(j -> j.verdict() == Verdict.INCONCLUSIVE));
    assertTrue(html.contains(" " + untold.size() + " rest on a published figure that cannot be"));
    assertTrue(html.contains("published ratio not to be told from 1"), "the band in the chart");
  }

  @Test
  void trendsHoldTheSlopeThatTheDataWereMadeWith() throws Exception {
    List<CSVRecord> trend = csv("trend-connect-p50-services");
    long lines =
        analysis.trends().stream()
            .filter(t -> t.metric().equals("connect"))
            .map(TrendLine::stratum)
            .count();
    assertEquals(lines, trend.size());
    for (CSVRecord line : trend) {
      double slope = Double.parseDouble(line.get("slope"));
      assertEquals(line.get("levels").contains("plane=iptables") ? 9 : 0, slope, 1);
    }
    String html = Files.readString(report.resolve("index.html"));
    assertTrue(html.contains("slope, ns for one more of services"));
  }

  /** The test and the effect size are about where values lie. */
  @Test
  void spreadsAndExtremesHaveNoTest() throws Exception {
    List<CSVRecord> all = csv("comparisons");
    for (CSVRecord row : all) {
      boolean placed = !row.get("figure").matches(".* (sd|min|max)");
      assertEquals(placed, !row.get("p").isEmpty(), row.toString());
      assertEquals(placed, !row.get("Cliff's delta").isEmpty(), row.toString());
    }
    assertTrue(all.stream().anyMatch(row -> row.get("figure").equals("throughput sd")));
  }

  @Test
  void treatmentsAreCalledByWhatTellsThemApart() throws Exception {
    String chart = Files.readString(report.resolve("charts/ecdf-connect-1.svg"));
    assertTrue(chart.contains("plane="), "in the legend");
    assertFalse(chart.contains("workload="), "its samples are of one workload alone");
    String html = Files.readString(report.resolve("index.html"));
    assertTrue(html.contains(" All with "), "what they share");
  }

  @Test
  void metricsOfOneSampleATrialHaveNoDistributionFunctionAndNoCourse() throws Exception {
    assertTrue(charts("ecdf-connect") > 0);
    assertEquals(0, charts("ecdf-throughput"));
    assertEquals(0, charts("course-throughput"));
    assertEquals(1, charts("course-connect"));
    assertEquals(1, charts("course-bit-rate"));
    assertTrue(
        Files.readString(report.resolve("index.html"))
            .contains(
                "One value a trial, so dots, no distribution function and no course: throughput"));
  }

  /** On paper, with the chart that follows it, or on the next sheet. */
  @Test
  void aHeadingAsksForRoomForTheFirstChart() throws Exception {
    Page page = Page.of(ReportData.of(run, List.of(analysis)));
    String paper = new PageWriter().write(page, PageWriter.Medium.PAPER);
    Matcher room =
        Pattern.compile("<section id=\"scaling\" style=\"-fs-page-break-min-height: (\\d+)mm\"")
            .matcher(paper);
    assertTrue(room.find());
    Matcher chart = Pattern.compile("<svg[^>]* height=\"(\\d+)\"").matcher(paper);
    assertTrue(chart.find(room.end()));
    int high = (int) (Integer.parseInt(chart.group(1)) * 25.4 / 96);
    assertTrue(Integer.parseInt(room.group(1)) > high + 30, room.group(1) + " mm for " + high);
  }

  @Test
  void aLineThatIsAloneIsCalledByItsMetric() throws Exception {
    SyntheticSweep one = new SyntheticSweep();
    one.levels = List.of("1", "10000");
    one.families = List.of("ipv4");
    one.planes = List.of("iptables");
    one.blocks = 2;
    Path alone = shared.resolve("alone");
    Render.report(one.write(shared.resolve("alone-run")), alone, "none");
    String html = Files.readString(alone.resolve("index.html"));
    String table = html.substring(html.indexOf("id=\"table-trend-connect-p50-services\""));
    assertTrue(
        table.contains("<td data-label=\"lines\" class=\"\"><span class=\"main\">connect</span>"),
        table.substring(0, Math.min(2000, table.length())));
  }

  /** Flows have no connects, connects no throughput: neither has rows in the other's charts. */
  @Test
  void chartsLeaveOutTreatmentsWithoutSamplesOfTheirMetric() throws Exception {
    SyntheticSweep small = new SyntheticSweep();
    small.levels = List.of("1", "10000");
    small.families = List.of("ipv4");
    small.blocks = 2;
    Path few = shared.resolve("few");
    Render.report(small.write(shared.resolve("few-run")), few, "none");
    try (Stream<Path> charts = Files.list(few.resolve("charts"))) {
      assertEquals(
          List.of("violin-connect.svg", "violin-throughput.svg"),
          charts
              .map(file -> file.getFileName().toString())
              .filter(name -> name.matches("violin-(connect|throughput).*"))
              .sorted()
              .toList());
    }
    String html = Files.readString(few.resolve("index.html"));
    assertFalse(html.contains("no samples"));
    assertFalse(html.contains("480 columns"), "of 120 samples");
    assertTrue(html.contains("<h3>Values of throughput</h3>"), "a distribution it is not");
    assertTrue(
        html.contains("so dots, no distribution function and no course: throughput"), "dots");
  }

  @Test
  void aMetricThatIsZeroThroughoutHasNoEmptyChartsButALine() throws Exception {
    try (Stream<Path> all = Files.list(report.resolve("charts"))) {
      assertEquals(
          List.of(),
          all.map(Path::getFileName).filter(p -> p.toString().contains("loss")).toList());
    }
    String html = Files.readString(report.resolve("index.html"));
    String line = "0 in every trial used, so no picture: loss.";
    assertEquals(2, html.split(line, -1).length, "once");
    assertTrue(
        csv("loss-extremes").stream().allMatch(row -> row.get("max").equals("0")), "in the tables");
  }

  @Test
  void captionsNameTheBaselineOfARatio() throws Exception {
    String html = Files.readString(report.resolve("index.html"));
    for (String caption :
        List.of(
            "Above 1 the figure is larger with ebpf than with iptables, the baseline.",
            ", the baseline. A trend or a single block",
            "the change to the baseline that a claim names, with its interval: plane=ebpf /"
                + " plane=iptables.")) {
      assertTrue(html.contains(caption), caption);
    }
  }

  /** A phone shows no scroll bar: a chart that is wider than the screen says so by itself. */
  @Test
  void whatScrollsSidewaysOnANarrowScreenHasACue() throws Exception {
    String html = Files.readString(report.resolve("index.html"));
    assertTrue(html.contains("<div class=\"figure wide\""));
    assertScrolls(html, ".figure.wide .box > svg", ".figure.wide h3::after");
    assertScrolls(html, ".figure .box > svg", ".figure h3::after");
    assertTrue(html.contains("var(--edge), transparent) right / 14px 100% no-repeat scroll"));
    assertFalse(html.contains("<script"));
  }

  /** Wherever the screen is narrower than a chart's least width, its heading has the words. */
  private static void assertScrolls(String html, String chart, String heading) {
    Matcher least =
        Pattern.compile("\n" + Pattern.quote(chart) + " \\{[^}]*min-width: (\\d+)px").matcher(html);
    Matcher cue =
        Pattern.compile(
                "@media screen and \\(max-width: (\\d+)px\\) \\{\\s+"
                    + Pattern.quote(heading)
                    + " \\{ content: \"[^\"]*scroll sideways\"")
            .matcher(html);
    assertTrue(least.find() && cue.find(), heading);
    assertTrue(Integer.parseInt(cue.group(1)) >= Integer.parseInt(least.group(1)) + 2 * 14);
  }

  @Test
  void theSameBytesAgain() throws Exception {
    Path again = shared.resolve("again");
    Render.report(RunDirectory.open(run.path()), again, "none");
    List<String> files =
        List.of("index.html", "report.pdf", "charts/lead.svg", "charts/ratios-1.svg");
    for (String file : files) {
      assertArrayEquals(
          Files.readAllBytes(report.resolve(file)), Files.readAllBytes(again.resolve(file)), file);
    }
  }

  @Test
  void manyTrialsStayReadableAndQuick(@TempDir Path temp) throws Exception {
    SyntheticSweep big = new SyntheticSweep();
    big.levels =
        List.of(
            "1", "1000", "2000", "3000", "4000", "5000", "6000", "7000", "8000", "9000", "10000");
    big.planes = List.of("none", "iptables", "nftables", "ebpf");
    big.positions = List.of("first", "last");
    big.blocks = 7;
    RunDirectory many = big.write(temp.resolve("run"));
    assertTrue(many.run().plan().size() > 1000);
    List<Analysis> analyses = Render.analyses(many, "none");
    var threads = java.lang.management.ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    new StandardReport().write(many, analyses, temp.resolve("report"));
    long seconds = TimeUnit.NANOSECONDS.toSeconds(threads.getCurrentThreadCpuTime() - start);
    assertTrue(seconds < 30, seconds + " s of CPU time");
    assertTrue(Files.size(temp.resolve("report/index.html")) < 6_000_000);
    try (PDDocument pdf = Loader.loadPDF(temp.resolve("report/report.pdf").toFile())) {
      assertTrue(pdf.getNumberOfPages() < 60, pdf.getNumberOfPages() + " pages");
    }
    String html = Files.readString(temp.resolve("report/index.html"));
    assertTrue(html.contains("those at 1 and 10\u202f000 services"), "what is left out is said");
    assertTrue(
        charts(temp.resolve("report"), "violin-connect") <= 3
            && charts(temp.resolve("report"), "blocks-") <= 12);
  }

  private static long charts(String prefix) throws Exception {
    return charts(report, prefix);
  }

  private static long charts(Path report, String prefix) throws Exception {
    try (Stream<Path> all = Files.list(report.resolve("charts"))) {
      return all.filter(p -> p.getFileName().toString().startsWith(prefix)).count();
    }
  }

  private static List<CSVRecord> csv(String table) throws Exception {
    String text = Files.readString(report.resolve("tables/" + table + ".csv"));
    CSVFormat format = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).build();
    try (CSVParser parser = format.parse(new StringReader(text))) {
      return parser.getRecords();
    }
  }
}
