package dev.shortpath.harness.cli;

import dev.shortpath.harness.catalog.Catalog;
import dev.shortpath.harness.experiment.Experiment;
import dev.shortpath.harness.experiment.Plan;
import dev.shortpath.harness.experiment.Trial;
import dev.shortpath.harness.runner.Environment;
import dev.shortpath.harness.runner.MachineLock;
import dev.shortpath.harness.runner.Preflight;
import dev.shortpath.harness.runner.Progress;
import dev.shortpath.harness.runner.RunRequest;
import dev.shortpath.harness.runner.Runner;
import dev.shortpath.harness.store.RunDirectory;
import dev.shortpath.harness.store.RunRecord;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedProvider;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;

/** A session at a run: check, lock, clean up after dead runs, run, judge, report. */
final class Sessions {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  /** What a request comes to. */
  record Planned(Experiment experiment, List<Trial> trials, Duration traffic) {}

  private final Catalog catalog;
  private final CommandLine line;
  private final SessionOptions options;

  Sessions(Catalog catalog, CommandLine line, SessionOptions options) {
    this.catalog = catalog;
    this.line = line;
    this.options = options;
  }

  static Planned plan(Catalog catalog, Experiment experiment, String profile) {
    return plan(
        catalog, new RunRequest(experiment, profile, Map.of(), Map.of(), 0, "", 1, List.of()));
  }

  private static Planned plan(Catalog catalog, RunRequest request) {
    Experiment complete = Preflight.complete(request.effective(), catalog);
    List<Trial> trials = Plan.trials(complete, request.effectiveProfile().blocks(), request.seed());
    Duration traffic =
        trials.stream()
            .map(t -> complete.workloadOf(t.treatment()))
            .map(w -> catalog.workload(w.type()).estimate(w.parameters()))
            .reduce(Duration.ZERO, Duration::plus);
    return new Planned(complete, trials, traffic);
  }

  /** A new run. */
  int start(RunRequest request, Path out)
      throws IOException, InterruptedException, TestbedException {
    TestbedProvider provider = catalog.testbed(request.testbed());
    Planned planned = plan(catalog, request);
    Preflight.factors(planned.experiment(), provider);
    Preflight.claims(planned.experiment(), catalog);
    options.analysis.policy();
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Path path =
        out != null ? out : Path.of("runs", request.experiment().name() + "-" + STAMP.format(now));
    RunRecord run =
        new RunRecord(
            RunRecord.SCHEMA,
            id(),
            RunRecord.MEASURED,
            planned.experiment(),
            request.profile(),
            request.testbed(),
            request.seed(),
            planned.trials(),
            Preflight.metrics(planned.experiment(), catalog),
            request.commandLine(),
            now.toString(),
            Version.text(),
            Environment.read(),
            Map.of());
    try (MachineLock lock = lock(path)) {
      ready(provider, run);
      return carryOut(RunDirectory.create(path, run));
    }
  }

  /** A run that was begun. */
  int goOn(RunDirectory directory) throws IOException, InterruptedException, TestbedException {
    RunRecord run = directory.run();
    options.analysis.policy();
    if (!run.origin().equals(RunRecord.MEASURED)) {
      throw new dev.shortpath.harness.catalog.BadInputException(
          directory.path()
              + " was imported ("
              + run.origin()
              + "): there is nothing to go on with");
    }
    try (MachineLock lock = lock(directory.path())) {
      ready(catalog.testbed(run.testbed()), run);
      return carryOut(directory);
    }
  }

  private static MachineLock lock(Path path) {
    return MachineLock.take("run " + path);
  }

  private void ready(TestbedProvider provider, RunRecord run) {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    Preflight.capabilities(provider, Preflight.request(run.id(), run.experiment(), temporary));
    provider.clean().forEach(removed -> line.getErr().println("from an earlier run: " + removed));
  }

  private int carryOut(RunDirectory directory)
      throws IOException, InterruptedException, TestbedException {
    PrintWriter out = line.getOut();
    out.println("run directory: " + directory.path());
    out.flush();
    List<Integer> given;
    try (ProgressPrinter progress = ProgressPrinter.of(out)) {
      given = interruptible(directory, progress);
    } catch (UncheckedIOException e) {
      throw cannotWrite(directory, e.getCause());
    } catch (IOException e) {
      throw cannotWrite(directory, e);
    }
    boolean reproduced =
        new Outcome(catalog, out, options.strict)
            .conclude(directory, options.analysis.policy(), !options.noReport);
    if (!given.isEmpty()) {
      line.getErr()
          .println(
              "shortpath: trials not completed: "
                  + given
                  + "; their attempts are kept below "
                  + directory.path().resolve("trials")
                  + "; try again: shortpath resume "
                  + directory.path());
      return ExitCodes.NOT_COMPLETED;
    }
    return options.strict && !reproduced ? ExitCodes.CLAIM_FAILED : ExitCodes.DONE;
  }

  private static IOException cannotWrite(RunDirectory directory, IOException e) {
    String why =
        e instanceof FileSystemException f && f.getReason() != null
            ? f.getReason()
            : e.getMessage();
    return new IOException(
        "cannot write to "
            + directory.path()
            + ": "
            + why
            + "; finished trials are safe: make room, then: shortpath resume "
            + directory.path(),
        e);
  }

  private List<Integer> interruptible(RunDirectory directory, Progress progress)
      throws IOException, InterruptedException, TestbedException {
    Runner runner = new Runner(catalog, directory, progress);
    CountDownLatch tornDown = new CountDownLatch(1);
    Thread hook =
        new Thread(
            () -> {
              runner.stop();
              try {
                tornDown.await(30, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              line.getErr()
                  .println("\ninterrupted; go on with: shortpath resume " + directory.path());
            },
            "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      List<Integer> given = runner.run();
      Runtime.getRuntime().removeShutdownHook(hook);
      return given;
    } finally {
      tornDown.countDown();
    }
  }

  private static String id() {
    String alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
    SecureRandom random = new SecureRandom();
    StringBuilder id = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      id.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return id.toString();
  }
}
