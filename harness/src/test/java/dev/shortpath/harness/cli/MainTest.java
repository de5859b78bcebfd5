package dev.shortpath.harness.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shortpath.harness.analysis.Analysis;
import dev.shortpath.harness.metric.Sample;
import dev.shortpath.harness.published.EzTunnelLogs;
import dev.shortpath.harness.published.LogImporter;
import dev.shortpath.harness.report.ReportWriter;
import dev.shortpath.harness.runner.Fakes;
import dev.shortpath.harness.runner.MachineLock;
import dev.shortpath.harness.store.Directories;
import dev.shortpath.harness.store.RunDirectory;
import dev.shortpath.harness.store.TrialRecord;
import dev.shortpath.harness.testbed.TestbedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class MainTest {
  @TempDir Path temp;

  private final Fakes.FakeTestbed testbed = new Fakes.FakeTestbed();
  private final Fakes.FakeWorkload workload = new Fakes.FakeWorkload();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Map<String, LogImporter> importers = Map.of();
  private Map<String, ReportWriter> reports = Map.of();
  private Path yaml;
  private Path run;

  @BeforeEach
  void writeExperiment() throws IOException {
    System.setProperty(MachineLock.DIRECTORY, temp.toString());
    System.setProperty(Invocation.NAME, "here/shortpath");
    run = temp.resolve("run");
    yaml = temp.resolve("small.yaml");
    Files.writeString(
        yaml,
        """
        name: small
        title: A small one
        topology: pods
        factors: {shortcut: ["off", sockmap]}
        workloads: {w: {type: fake, parameters: {count: 50}}}
        profiles: {quick: {blocks: 3}}
        claims:
          - {id: one, source: s, statement: It is lower., metric: latency, statistic: p50,
             baseline: {shortcut: "off"}, treatment: {shortcut: sockmap}, direction: lower}
        """);
  }

  @Test
  void digitsAreNobodysLanguage() {
    Locale mine = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-SA-u-nu-arab"));
    try {
      assertEquals(0, execute("run", yaml.toString(), "--out", run.toString(), "--no-report"));
      assertEquals("7", String.format("%d", 7), "as testbeds and reports write numbers");
      assertTrue(out.toString().contains("6 trials, 0 done before"), out.toString());
    } finally {
      Locale.setDefault(mine);
    }
  }

  @AfterEach
  void unlock() {
    System.clearProperty(MachineLock.DIRECTORY);
    System.clearProperty(Invocation.NAME);
  }

  @Test
  void runsAnalysesAndSaysTheVerdicts() throws IOException {
    assertEquals(0, run(), err.toString());
    assertEquals(6, RunDirectory.open(run).trials().size());
    assertTrue(out.toString().contains("[6/6]"), out.toString());
    assertTrue(out.toString().contains("It is lower."), out.toString());
    for (String file : List.of("analysis.json", "claims.json", "junit.xml")) {
      assertTrue(Files.isRegularFile(run.resolve(file)), file);
    }
    assertFalse(out.toString().contains("\u001b"), "no escape codes where there is no terminal");
  }

  @Test
  void strictTurnsAFindingIntoAStatus() {
    // The treatment is slower than the baseline, beyond any doubt.
    workload.slowdown = 2;
    assertEquals(1, run("--strict"), out.toString());
    assertEquals(0, execute("analyze", run.toString()));
    assertEquals(1, execute("analyze", run.toString(), "--strict"));
  }

  @Test
  void aTrialThatCannotBeCompletedIsNamed() {
    for (int i = 0; i < 3; i++) {
      workload.next.add(
          sink -> {
            throw new TestbedException("the server died");
          });
    }
    assertEquals(3, run());
    assertTrue(err.toString().contains("trials not completed: 1;"), err.toString());
    assertTrue(out.toString().contains("the server died"), out.toString());
    assertEquals(0, execute("resume", run.toString()), err.toString());
  }

  @Test
  void theRunStopsAtATrialThatCannotBeCompletedWhereAskedTo() throws IOException {
    for (int i = 0; i < 3; i++) {
      workload.next.add(
          sink -> {
            throw new TestbedException("the server died");
          });
    }
    assertEquals(3, run("--on-failure", "stop"));
    assertTrue(
        err.toString().contains("stopped there, go on with: here/shortpath resume"), "" + err);
    assertEquals(0, RunDirectory.open(run).trials().size());
    assertEquals(0, execute("resume", run.toString()), err.toString());
    assertEquals(6, RunDirectory.open(run).trials().size());
  }

  @Test
  void whatIsHardlySensibleIsWarnedOfBeforeAnythingStarts() {
    testbed.warnings = List.of("many Services: loading takes long");
    assertEquals(0, run(), err.toString());
    String first = err.toString().lines().findFirst().orElse("");
    assertEquals("shortpath: warning: many Services: loading takes long", first);
  }

  @Test
  void anotherKernelInTheMiddleIsRefusedUnlessForced() throws IOException {
    assertEquals(0, run());
    Path json = run.resolve("run.json");
    String kernel = RunDirectory.open(run).run().environment().get("kernel");
    Files.writeString(json, Files.readString(json).replace(kernel, "Linux version 1.0"));
    assertEquals(2, execute("resume", run.toString()));
    assertTrue(err.toString().contains("Linux version 1.0"), err.toString());
    assertEquals(0, execute("resume", run.toString(), "--force"), err.toString());
  }

  @Test
  void aSetUpThatFailsIsAnAttempt() throws IOException {
    testbed.failures = 1;
    assertEquals(0, run(), err.toString());
    RunDirectory stored = RunDirectory.open(run);
    assertEquals(6, stored.trials().size());
    assertTrue(
        stored.failedAttempts().get(0).failure().contains("could not be set up: no room"),
        stored.failedAttempts().get(0).failure());
  }

  @Test
  void aTestbedThatCannotBeHadIsTriedOnceAndNothingIsJudged() throws IOException {
    testbed.unusable = "node n1 has no image";
    assertEquals(3, run());
    assertEquals(1, RunDirectory.open(run).failedAttempts().size());
    String said = out.toString();
    String line = said.lines().filter(l -> l.contains("no image")).findFirst().orElse("");
    assertTrue(line.endsWith("could not be set up: node n1 has no image"), line);
    assertTrue(said.contains("0 of 6 trials done; go on with: "), said);
    assertFalse(said.contains("inconclusive") || said.contains("report"), said);
    testbed.unusable = null;
    assertEquals(0, execute("resume", run.toString()), err.toString());
    assertEquals(6, RunDirectory.open(run).trials().size());
  }

  @Test
  void aDryRunOfWhatCannotBeHadIsBadInput() {
    testbed.unusable = "name a context";
    assertEquals(2, run("--dry-run"));
    assertEquals("shortpath: name a context\n", err.toString());
  }

  @Test
  void aFullDiskIsSaidWithTheWayOn() throws IOException {
    workload.next.add(sink -> sink.accept(new Sample("latency", 1, 1)));
    workload.next.add(
        sink -> {
          throw new UncheckedIOException(new IOException("No space left on device"));
        });
    assertEquals(3, run());
    assertTrue(err.toString().contains("No space left on device"), err.toString());
    assertTrue(err.toString().contains("here/shortpath resume " + run), err.toString());
    assertEquals(1, RunDirectory.open(run).trials().size());
    assertEquals(0, execute("resume", run.toString()), err.toString());
    assertEquals(6, RunDirectory.open(run).trials().size());
  }

  static Stream<Arguments> badInput() {
    return Stream.of(
        Arguments.of(List.of("run", "nope"), "no experiment 'nope'"),
        Arguments.of(List.of("run", "YAML", "--testbed", "moon"), "no testbed 'moon'; known: "),
        Arguments.of(
            List.of("run", "YAML", "--testbed", "fake", "--testbed-option", "size=1"),
            "testbed fake has no option 'size'; it has colour"),
        Arguments.of(
            List.of("run", "YAML", "--testbed", "fake", "--testbed-option", "colour=red"),
            "testbed fake: there are blue packets only"),
        Arguments.of(List.of("run", "YAML", "--profile", "huge"), "no profile 'huge'"),
        Arguments.of(List.of("run", "YAML", "--set", "mesh=none"), "no factor 'mesh'"),
        Arguments.of(List.of("run", "YAML", "--set", "shortcut=warp"), "no level 'warp'"),
        Arguments.of(List.of("run", "YAML", "--set", "shortcut=$(id)"), "must match"),
        Arguments.of(List.of("run", "YAML", "--parameter", "count=x"), "count 'x' is no number"),
        Arguments.of(List.of("run", "YAML", "--parameter", "count=0"), "is no number from 1"),
        Arguments.of(
            List.of("run", "YAML", "--parameter", "count=1001"), "is no number from 1 to 1000"),
        Arguments.of(List.of("run", "YAML", "--parameter", "cnt=1"), "has a parameter 'cnt'"),
        Arguments.of(List.of("run", "YAML", "--blocks", "-1"), "--blocks -1"),
        Arguments.of(List.of("run", "YAML", "--blocks", "0"), "--blocks 0"),
        Arguments.of(List.of("run", "YAML", "--set", "x"), "Value for option '--set'"),
        Arguments.of(List.of("run", "YAML", "--trim", "some"), "--trim some"),
        Arguments.of(List.of("run", "YAML", "--level", "2"), "--level"),
        Arguments.of(List.of("run", "absent.yaml"), "cannot read absent.yaml"),
        Arguments.of(List.of("run"), "EXPERIMENT"),
        Arguments.of(List.of("report", "absent"), "not a run directory"),
        Arguments.of(List.of("resume", "absent"), "not a run directory"),
        Arguments.of(List.of("import", "x", "absent", "--out", "y"), "no importer 'x'"),
        Arguments.of(List.of("fly"), "fly"));
  }

  @ParameterizedTest
  @MethodSource
  void badInput(List<String> words, String complaint) {
    String[] arguments =
        words.stream().map(w -> w.equals("YAML") ? yaml.toString() : w).toArray(String[]::new);
    assertEquals(2, execute(arguments), err.toString());
    assertTrue(err.toString().contains(complaint), err.toString());
    assertTrue(err.toString().lines().count() <= 2, err.toString());
    assertEquals(List.of(), testbed.done, "nothing may be started");
  }

  @Test
  void whatTheMachineLacksIsSaidBeforeAnythingStarts() {
    testbed.missing = List.of("haproxy is missing: apt-get install haproxy");
    assertEquals(2, run());
    assertEquals("shortpath: haproxy is missing: apt-get install haproxy\n", err.toString());
    assertFalse(Files.exists(run));
  }

  @Test
  void whatTheTestbedWasToldHoldsForTheWholeRun() throws IOException {
    workload.next.add(
        sink -> {
          throw new UncheckedIOException(new IOException("No space left on device"));
        });
    assertEquals(3, run("--testbed-option", "colour=blue"), err.toString());
    assertEquals(Map.of("colour", "blue"), RunDirectory.open(run).run().testbedOptions());
    testbed.done.clear();
    assertEquals(0, execute("resume", run.toString()), err.toString());
    assertEquals("told {colour=blue}", testbed.done.get(0));
  }

  @Test
  void aParameterOfTheTopologyIsLaidOverTheExperimentsOwn() throws IOException {
    assertEquals(0, run("--topology-parameter", "length=7"), err.toString());
    assertEquals(Map.of("length", "7"), RunDirectory.open(run).run().experiment().parameters());
  }

  @Test
  void aDryRunShowsWhatWouldBeMadeAndMakesNothing() {
    assertEquals(0, run("--dry-run"), err.toString());
    assertEquals("treatments: 2\n", out.toString());
    assertEquals(List.of(), testbed.done);
    assertFalse(Files.exists(run));
  }

  @Test
  void howLongItWillTakeIsSaidBeforeTheFirstTrial() {
    assertEquals(0, run("--blocks", "40"));
    String said = out.toString();
    // A second of traffic and 0.31 s beside it, each.
    String estimate = "80 trials, 0 done before; about 2 min to go";
    assertTrue(said.contains(estimate), said);
    assertTrue(said.indexOf(estimate) < said.indexOf("[1/80]"), said);
  }

  @Test
  void claimsThatDoNotFitAreOneClearLine() throws IOException {
    String good = Files.readString(yaml);
    for (List<String> wrong :
        List.of(
            List.of(
                "topology: pods",
                "topology: moon",
                "shortpath: testbed fake has no topology 'moon'; it has pods\n"),
            List.of(
                "{shortcut: [\"off\", sockmap]}",
                "{shortcut: [\"off\", sockmap], mesh: [none]}",
                "shortpath: testbed fake cannot switch factor 'mesh'; it can switch n, shortcut\n"),
            List.of(
                "metric: latency",
                "metric: speed",
                "shortpath: claim one: no metric 'speed'; known: latency, latency-variation\n"),
            List.of(
                "profiles:",
                "trends: [{metric: latency, statistic: p50, over: n}]\nprofiles:",
                "trends.0.over: no factor 'n'; known: [shortcut]\n"))) {
      assertTrue(good.contains(wrong.get(0)), wrong.get(0));
      Files.writeString(yaml, good.replace(wrong.get(0), wrong.get(1)));
      err.getBuffer().setLength(0);
      assertEquals(2, run(), out.toString());
      assertTrue(err.toString().endsWith(wrong.get(2)), err.toString());
      assertEquals(1, err.toString().lines().count(), err.toString());
      assertFalse(Files.exists(run));
    }
  }

  @Test
  void aClaimOfSeveralStrataIsStatedOnce() throws IOException {
    Files.writeString(
        yaml,
        Files.readString(yaml).replace("[\"off\", sockmap]}", "[\"off\", sockmap], n: [1, 2]}"));
    assertEquals(0, run(), err.toString());
    assertEquals(2, out.toString().split("It is lower\\.", -1).length, out.toString());
    assertTrue(out.toString().contains("  {n=2} p50 of latency"), out.toString());
  }

  @Test
  void listShowsWhatEachTopologySwitches() {
    assertEquals(0, execute("list"), err.toString());
    assertTrue(
        out.toString().contains("    topology pods\n      n            any number\n"),
        out.toString());
  }

  @Test
  void aRunDirectoryIsNotOverwritten() throws IOException {
    assertEquals(0, run());
    List<TrialRecord> before = RunDirectory.open(run).trials();
    assertEquals(2, run());
    assertTrue(err.toString().contains("is no empty directory"), err.toString());
    assertEquals(before, RunDirectory.open(run).trials());
  }

  @Test
  void whereNoRunDirectoryCanBeMadeIsBadInput() throws IOException {
    Path link = Files.createSymbolicLink(run.resolveSibling("link"), Path.of("nowhere", "at-all"));
    Path file = Files.createFile(run.resolveSibling("file"));
    for (Path out : List.of(link, file, file.resolve("below"))) {
      assertEquals(2, execute("run", yaml.toString(), "--out", out.toString()));
      assertTrue(err.toString().contains(out.toString()), err.toString());
      assertTrue(err.toString().contains("give another --out"), err.toString());
    }
    assertEquals(List.of(), testbed.done, "nothing may be started");
  }

  @Test
  void alsoAnErrorIsOneLine() {
    workload.next.add(
        sink -> {
          throw new ExceptionInInitializerError(new IOException("No space left on device"));
        });
    assertEquals(3, run());
    assertTrue(err.toString().contains("shortpath: No space left on device"), err.toString());
    assertFalse(err.toString().contains("\tat "), err.toString());
  }

  @Test
  void claimsThatARunHasNoPairForAreANumber() {
    assertEquals(0, run("--set", "shortcut=off"), err.toString());
    String said = out.toString();
    assertTrue(said.contains("1 claim could not be judged: this run has no pair of treat"), said);
    assertFalse(said.contains("inconclusive"), said);
    assertFalse(said.contains("It is lower."), said);
    out.getBuffer().setLength(0);
    assertEquals(0, execute("--debug", "analyze", run.toString()), err.toString());
    assertTrue(out.toString().contains("It is lower."), out.toString());
    out.getBuffer().setLength(0);
    assertEquals(0, execute("compare", run.toString(), run.toString()), err.toString());
    said = out.toString();
    assertTrue(
        said.contains("0 agree, 0 disagree, 0 undecided, 0 not in both, 1 in neither"), said);
    assertFalse(said.contains("nothing to compare"), said);
  }

  @Test
  void whatIsMissingIsNotCalledKept() throws IOException {
    assertEquals(0, run());
    for (String trial : List.of("0003", "0004", "0005", "0006")) {
      Directories.delete(run.resolve("trials").resolve(trial));
    }
    out.getBuffer().setLength(0);
    assertEquals(0, execute("analyze", run.toString()), err.toString());
    String said = out.toString();
    assertTrue(said.contains("2 of 6 trials done; go on with: "), said);
    assertTrue(said.contains("here/shortpath resume " + run), said);
    assertFalse(said.contains("kept"), said);
  }

  @Test
  void failedAttemptsAreCountedByThemselves() {
    testbed.failures = 1;
    assertEquals(0, run(), err.toString());
    assertTrue(out.toString().contains("1 attempt that failed is kept"), out.toString());
    assertFalse(out.toString().contains("go on with"), out.toString());
  }

  @Test
  void eachClaimIsSaidOnceWithItsVerdictAndTheReportsComeLast() {
    reports = Map.of("paper", new TwoReports());
    assertEquals(0, run(), err.toString());
    List<String> said = out.toString().lines().toList();
    assertEquals(1, said.stream().filter(line -> line.contains("It is lower.")).count());
    assertEquals(
        List.of(
            "report: " + run.resolve("report/index.html"),
            "report: " + run.resolve("report/report.pdf")),
        said.subList(said.size() - 2, said.size()));
  }

  @Test
  void theDoctorSaysWhoHoldsTheMachine() {
    try (MachineLock lock = MachineLock.take("run runs/a")) {
      assertEquals(2, execute("doctor"));
    }
    assertTrue(out.toString().contains("occupied by process "), out.toString());
    assertTrue(out.toString().contains("(run runs/a)"), out.toString());
  }

  @Test
  void whatCouldNotBeRemovedIsNoSuccess() {
    testbed.leftovers.add(List.of("cgroup a"));
    assertEquals(0, execute("clean"));
    // Two names of one testbed: each time the second one finds nothing.
    testbed.leftovers.addAll(
        List.of(List.of("cgroup b"), List.of(), List.of("cgroup b could not be removed")));
    assertEquals(3, execute("clean"));
    assertTrue(out.toString().endsWith("cgroup b could not be removed\n"), out.toString());
  }

  @Test
  void whatNeedsRootIsSaidSo() {
    String message = "removing what run a1 left needs root: run it with sudo";
    testbed.denied = message;
    assertEquals(2, execute("clean"));
    assertEquals("shortpath: " + message + "\n", err.toString());
  }

  @Test
  void whoseFileIsDeniedIsSaid() {
    AccessDeniedException denied =
        new AccessDeniedException(temp.resolve("run/.claims.json.part").toString());
    String said = Failures.message(denied);
    assertTrue(said.startsWith(temp.resolve("run/claims.json") + ": access denied"), said);
    assertTrue(said.contains(" belongs to "), said);
    assertTrue(said.endsWith("run it with sudo"), said);
    assertEquals(2, Failures.code(denied));
  }

  @Test
  void anImportIsNotToldToResume() throws IOException {
    Path logs = Files.createDirectory(temp.resolve("logs"));
    Files.writeString(logs.resolve("logs-none-baseline-1.v3.txt"), "1,5\n2,6\n");
    Path taken = Files.createDirectory(temp.resolve("taken"));
    Files.writeString(taken.resolve("x"), "x");
    importers = Map.of("eztunnel-logs", new EzTunnelLogs());
    assertEquals(2, execute("import", "eztunnel-logs", logs.toString(), "--out", taken.toString()));
    assertTrue(
        err.toString().contains("is no empty directory: give another --out"), err.toString());
    assertFalse(err.toString().contains("resume"), err.toString());
  }

  @Test
  void completionOffersNames() {
    assertEquals(0, execute("generate-completion"));
    String script = out.toString();
    for (String word : List.of("pooled-p99")) {
      assertTrue(script.contains(word), word);
    }
  }

  @Test
  void helpListsOnlyTheExitCodesOfItsCommand() {
    assertEquals(0, execute("report", "--help"));
    assertFalse(out.toString().contains("130"), out.toString());
    assertFalse(out.toString().contains("--strict"), out.toString());
  }

  @Test
  void oneEstimateEverywhere() {
    assertEquals(0, execute("run", yaml.toString(), "--out", run.toString()));
    // Six trials of a second of traffic, with their overhead.
    assertTrue(out.toString().contains("6 trials, 0 done before; about 7 s to go"), out.toString());
  }

  private static ProcessBuilder process(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }

  @Test
  void outputThatIsLostIsSaid() throws IOException, InterruptedException {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "no /dev/full");
    Process process = process("--help").redirectOutput(full.toFile()).start();
    String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(3, process.waitFor());
    assertTrue(said.startsWith("shortpath: standard output is not complete: No space"), said);
  }

  @Test
  void aReaderThatHasSeenEnoughIsNoFailure() throws IOException, InterruptedException {
    Process process = process("--help").start();
    process.getInputStream().close();
    assertEquals("", new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
    assertEquals(0, process.waitFor());
  }

  @Test
  void outputIsUtf8InThePosixLocale() throws IOException, InterruptedException {
    Files.writeString(yaml, "\u00b5s: unknown\n");
    ProcessBuilder builder = process("run", yaml.toString());
    builder.environment().put("LC_ALL", "POSIX");
    Process process = builder.redirectErrorStream(true).start();
    byte[] said = process.getInputStream().readAllBytes();
    process.waitFor();
    assertTrue(new String(said, StandardCharsets.UTF_8).contains("\u00b5s"));
  }

  @Test
  void everyCommandHasHelp() {
    for (String name : Main.line(Fakes.catalog(testbed, workload)).getSubcommands().keySet()) {
      assertEquals(0, execute(name, "--help"), name);
    }
    assertTrue(out.toString().contains("Usage: shortpath run"), out.toString());
  }

  @Test
  void aFullDiskIsSaidWithTheRemedy() {
    String full = "No space left on device";
    for (IOException e :
        List.of(new IOException(full), new FileSystemException("/runs/a/trials", null, full))) {
      String message = Failures.message(e);
      assertTrue(message.contains(full + ": make room"), message);
      assertTrue(message.contains("'resume'"), message);
    }
  }

  @Test
  void theStackTraceIsShownOnRequestOnly() {
    execute("report", "absent");
    assertFalse(err.toString().contains("\tat "), err.toString());
    execute("report", "absent", "--debug");
    assertTrue(err.toString().contains("\tat "), err.toString());
  }

  private static final class TwoReports implements ReportWriter {
    @Override
    public String name() {
      return "paper";
    }

    @Override
    public List<Path> write(RunDirectory run, List<Analysis> analyses, Path to) {
      return Stream.of("index.html", "report.pdf", "charts/a.svg").map(to::resolve).toList();
    }
  }

  private int run(String... more) {
    return execute(
        Stream.concat(Stream.of("run", yaml.toString(), "--out", run.toString()), Stream.of(more))
            .toArray(String[]::new));
  }

  private int execute(String... arguments) {
    CommandLine line = Main.line(Fakes.catalog(testbed, workload, importers, reports));
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }
}
