package dev.shortpath.harness.cli;

import dev.shortpath.harness.catalog.BadInputException;
import dev.shortpath.harness.catalog.Catalog;
import dev.shortpath.harness.experiment.Experiment;
import dev.shortpath.harness.experiment.Plan;
import dev.shortpath.harness.experiment.Trial;
import dev.shortpath.harness.runner.Busy;
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
import dev.shortpath.harness.testbed.TestbedRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import picocli.CommandLine;

/** A session at a run: check, lock, clean up after dead runs, run, judge, report. */
final class Sessions {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  /** What a request comes to. */
  record Planned(Experiment experiment, List<Trial> trials, Duration duration) {}

  private final Catalog catalog;
  private final CommandLine line;
  private final SessionOptions options;
  private final boolean force;

  Sessions(Catalog catalog, CommandLine line, SessionOptions options) {
    this(catalog, line, options, false);
  }

  /**
   * With {@code force} a run may go on where the machine or the program is not the same any more.
   */
  Sessions(Catalog catalog, CommandLine line, SessionOptions options, boolean force) {
    this.force = force;
    this.catalog = catalog;
    this.line = line;
    this.options = options;
  }

  static Planned plan(Catalog catalog, Experiment experiment, String profile) {
    return plan(
        catalog,
        new RunRequest(
            experiment,
            profile,
            Map.of(),
            Map.of(),
            OptionalInt.empty(),
            "",
            Map.of(),
            1,
            List.of()));
  }

  private static Planned plan(Catalog catalog, RunRequest request) {
    Experiment complete = Preflight.complete(request.effective(knows(catalog)), catalog);
    List<Trial> trials = Plan.trials(complete, request.effectiveProfile().blocks(), request.seed());
    return new Planned(complete, trials, Preflight.duration(complete, trials, catalog));
  }

  private static BiPredicate<String, String> knows(Catalog catalog) {
    return (type, name) ->
        catalog.workload(type).parameters().stream().anyMatch(p -> p.name().equals(name));
  }

  /** A new run. */
  int start(RunRequest request, Path out) throws IOException, InterruptedException {
    TestbedProvider provider = catalog.testbed(request.testbed(), request.testbedOptions());
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
            Map.of(),
            request.testbedOptions());
    unused(path);
    capable(provider, run);
    try (MachineLock lock = lock(path)) {
      ready(provider);
      return carryOut(create(path, run));
    }
  }

  /** What the testbed would make for a run; nothing is begun. */
  int show(RunRequest request) throws InterruptedException {
    TestbedProvider provider = catalog.testbed(request.testbed(), request.testbedOptions());
    Experiment experiment = plan(catalog, request).experiment();
    Preflight.factors(experiment, provider);
    try {
      line.getOut().print(provider.dryRun(request(id(), experiment)));
    } catch (TestbedException e) {
      throw new BadInputException(e.getMessage(), e);
    }
    line.getOut().flush();
    return ExitCodes.DONE;
  }

  private TestbedRequest request(String id, Experiment experiment) {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    return Preflight.request(id, experiment, catalog, temporary);
  }

  /** A run that was begun. */
  int goOn(RunDirectory directory) throws IOException, InterruptedException {
    RunRecord run = directory.run();
    options.analysis.policy();
    if (run.imported()) {
      throw new BadInputException(
          directory.path()
              + " was imported ("
              + run.origin()
              + "): there is nothing to go on with");
    }
    sameGround(run);
    TestbedProvider provider = catalog.testbed(run.testbed(), run.testbedOptions());
    capable(provider, run);
    try (MachineLock lock = lock(directory.path())) {
      ready(provider);
      return carryOut(directory);
    }
  }

  /**
   * Trials of one run are compared: another kernel or program in the middle would pass for an
   * effect.
   */
  private void sameGround(RunRecord run) {
    Map<String, String> now = new TreeMap<>(Environment.read());
    now.put("shortpath", Version.text());
    Map<String, String> then = new TreeMap<>(run.environment());
    then.put("shortpath", run.version());
    for (String what : List.of("kernel", "cpu", "cpus", "shortpath")) {
      if (!force && !Objects.equals(now.get(what), then.get(what))) {
        throw new BadInputException(
            what
                + " is now '"
                + now.get(what)
                + "', the run began with '"
                + then.get(what)
                + "': begin a new run, or go on all the same with --force");
      }
    }
  }

  private static MachineLock lock(Path path) {
    return MachineLock.take("run " + path);
  }

  private static void unused(Path path) throws IOException {
    if (RunDirectory.occupied(path)) {
      boolean run = Files.isRegularFile(path.resolve("run.json"));
      throw new BadInputException(
          path
              + " is no empty directory: give another --out"
              + (run ? ", or go on with: " + Invocation.asNow("resume", path) : ""));
    }
  }

  private static RunDirectory create(Path path, RunRecord run) throws IOException {
    try {
      return RunDirectory.create(path, run);
    } catch (AccessDeniedException e) {
      throw e; // has a remedy of its own
    } catch (FileSystemException e) {
      String why = e.getReason() == null ? "no such directory" : e.getReason();
      throw new BadInputException(path + " cannot be made: " + why + ": give another --out", e);
    }
  }

  private void capable(TestbedProvider provider, RunRecord run) {
    TestbedRequest request = request(run.id(), run.experiment());
    Preflight.capabilities(provider, request);
    provider.warnings(request).forEach(this::warn);
  }

  private void warn(String warning) {
    line.getErr().println("shortpath: warning: " + warning);
  }

  private void ready(TestbedProvider provider) throws InterruptedException {
    provider.clean().forEach(removed -> line.getErr().println("from an earlier run: " + removed));
    Busy.warning().ifPresent(this::warn);
  }

  private int carryOut(RunDirectory directory) throws IOException, InterruptedException {
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
    boolean held =
        new Outcome(catalog, out, options.strict, debug())
            .conclude(directory, options.analysis.policy(), !options.noReport);
    if (!given.isEmpty()) {
      line.getErr()
          .println(
              "shortpath: trials not completed: "
                  + given.stream().map(String::valueOf).collect(Collectors.joining(", "))
                  + "; their attempts are kept below "
                  + directory.path().resolve("trials")
                  + stopped(directory, given));
      return ExitCodes.NOT_COMPLETED;
    }
    return held ? ExitCodes.DONE : ExitCodes.CLAIM_FAILED;
  }

  private boolean debug() {
    return line.getCommandSpec().root().userObject() instanceof Main main && main.debug;
  }

  private static String stopped(RunDirectory directory, List<Integer> given) {
    return directory.run().plan().stream()
            .map(Trial::number)
            .anyMatch(number -> !directory.holds(number) && !given.contains(number))
        ? "; the run stopped there, go on with: " + Invocation.asNow("resume", directory.path())
        : "";
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
            + "; finished trials are safe: make room, then: "
            + Invocation.asNow("resume", directory.path()),
        e);
  }

  private List<Integer> interruptible(RunDirectory directory, Progress progress)
      throws IOException, InterruptedException {
    Runner runner = new Runner(catalog, directory, progress, options.onFailure);
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
                  .println(
                      "\ninterrupted; go on with: " + Invocation.asNow("resume", directory.path()));
            },
            "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return runner.run();
    } finally {
      tornDown.countDown();
      withdraw(hook);
    }
  }

  /** An end of our own is no interruption; an interruption under way keeps its hook. */
  private static void withdraw(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the machine is shutting down: the hook is running, and says so
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
