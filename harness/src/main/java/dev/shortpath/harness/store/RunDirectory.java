package dev.shortpath.harness.store;

import dev.shortpath.harness.experiment.Trial;
import dev.shortpath.harness.metric.SampleSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * A run on disk.
 *
 * <p>Reads are strict: a document that can't be read is named with its path. Writes are whole.
 */
public final class RunDirectory {
  static final String RUN_JSON = "run.json";
  static final String TRIAL_JSON = "trial.json";
  private static final String TRIALS = "trials";
  private static final String ASIDE = ".aside";
  private static final String FAILED = "-failed-";
  private static final String LOST = "restore it from a copy, or begin a new run";

  private final Path path;
  private RunRecord run;

  private RunDirectory(Path path, RunRecord run) {
    this.path = path;
    this.run = run;
  }

  /**
   * Makes a run directory with its {@code run.json}.
   *
   * @throws StoreException when {@code path} holds something already
   */
  public static RunDirectory create(Path path, RunRecord run) throws IOException {
    if (occupied(path)) {
      throw new StoreException(path + " is no empty directory: give another --out");
    }
    Files.createDirectories(path.resolve(TRIALS));
    WholeFile.write(path.resolve(RUN_JSON), Json.mapper().writeValueAsBytes(run));
    return new RunDirectory(path, run);
  }

  /** Whether {@code path} holds something already, so that no run can be made there. */
  public static boolean occupied(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return Files.exists(path, LinkOption.NOFOLLOW_LINKS); // a link to nowhere is in the way, too
    }
    try (Stream<Path> entries = Files.list(path)) {
      return entries.findAny().isPresent();
    }
  }

  /**
   * Opens a run directory.
   *
   * @throws StoreException when there is none, or it is of a later version
   */
  public static RunDirectory open(Path path) throws IOException {
    Path file = path.resolve(RUN_JSON);
    if (!Files.isRegularFile(file)) {
      throw new StoreException(path + " is not a run directory: it has no " + RUN_JSON);
    }
    RunRecord run = Documents.read(file, RunRecord.class, LOST);
    if (run.schema() > RunRecord.SCHEMA) {
      throw new StoreException(
          file
              + ": schema "
              + run.schema()
              + " is newer than this program's "
              + RunRecord.SCHEMA
              + ": use a newer Shortpath");
    }
    if (run.experiment() == null || run.plan() == null || run.origin() == null) {
      throw new StoreException(file + ": damaged: experiment, plan or origin is missing; " + LOST);
    }
    return new RunDirectory(path, run);
  }

  /** Adds what the testbed is made of to {@code run.json}, the first time. */
  public void describe(java.util.Map<String, String> parts) throws IOException {
    if (run.parts().isEmpty()) {
      run = run.withParts(parts);
      WholeFile.write(path.resolve(RUN_JSON), Json.mapper().writeValueAsBytes(run));
    }
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** What the run is. */
  public RunRecord run() {
    return run;
  }

  /** The trials that are done, by number. */
  public List<TrialRecord> trials() throws IOException {
    return records(name -> name.matches("[0-9]+"), record -> "");
  }

  /** The attempts that failed, by number and attempt. */
  public List<TrialRecord> failedAttempts() throws IOException {
    return records(name -> name.contains(FAILED), record -> FAILED + record.attempt());
  }

  /** Whether trial {@code number} is done. */
  public boolean holds(int number) {
    return Files.isRegularFile(trialPath(number).resolve(TRIAL_JSON));
  }

  /** Starts to write one attempt at a trial. */
  public TrialWriter begin(Trial trial, int attempt) throws IOException {
    Path place = trialPath(trial.number());
    return new TrialWriter(
        path.resolve(TRIALS).resolve(ASIDE),
        place,
        place.resolveSibling(place.getFileName() + FAILED + attempt));
  }

  /** A new directory for the logs of one set-up of the testbed: {@code logs/0001} and so on. */
  public Path newLogDirectory() throws IOException {
    for (int number = 1; ; number++) {
      Path logs = path.resolve("logs").resolve(String.format(Locale.ROOT, "%04d", number));
      if (!Files.exists(logs)) {
        return Files.createDirectories(logs);
      }
    }
  }

  /** How many attempts at trial {@code number} failed so far. */
  public int failures(int number) {
    int failures = 0;
    Path place = trialPath(number);
    while (Files.exists(place.resolveSibling(place.getFileName() + FAILED + (failures + 1)))) {
      failures++;
    }
    return failures;
  }

  /**
   * Passes a trial's samples to {@code sink}, in order of time, without holding them.
   *
   * @throws StoreException when they are not all there, or one cannot be
   */
  public void samples(int number, SampleSink sink) throws IOException {
    Path trial = trialPath(number);
    TrialRecord record = trial(trial);
    SampleCheck check = new SampleCheck(run.metrics(), record);
    SampleFile.read(trial.resolve(SampleFile.NAME), record.samples(), check, remedy(trial), sink);
  }

  /** A trial's values of one metric, in order of time. */
  public double[] values(int number, String metric) throws IOException {
    DoubleStream.Builder values = DoubleStream.builder();
    samples(
        number,
        sample -> {
          if (sample.metric().equals(metric)) {
            values.add(sample.value());
          }
        });
    return values.build().toArray();
  }

  /** Writes a document beside {@code run.json}, whole. */
  public Path write(String name, Object document) throws IOException {
    return writeBytes(name, Json.mapper().writeValueAsBytes(document));
  }

  /** Writes a file below the run directory, whole. */
  public Path writeBytes(String name, byte[] bytes) throws IOException {
    Path file = path.resolve(name);
    WholeFile.write(file, bytes);
    return file;
  }

  /** Reads a document from beside {@code run.json}. */
  public <T> T read(String name, Class<T> type) throws IOException {
    return Documents.read(path.resolve(name), type, "make it anew with 'analyze'");
  }

  private Path trialPath(int number) {
    return path.resolve(TRIALS).resolve(String.format(Locale.ROOT, "%04d", number));
  }

  /** The trials of {@code directories}, each where it belongs: a copy would count twice. */
  private List<TrialRecord> records(Predicate<String> named, Function<TrialRecord, String> suffix)
      throws IOException {
    List<Path> directories;
    if (!Files.isDirectory(path.resolve(TRIALS))) {
      throw new StoreException(path.resolve(TRIALS) + ": damaged: it is missing; " + LOST);
    }
    try (Stream<Path> entries = Files.list(path.resolve(TRIALS))) {
      directories =
          entries
              .filter(p -> named.test(p.getFileName().toString()))
              .filter(p -> Files.isRegularFile(p.resolve(TRIAL_JSON)))
              .collect(Collectors.toCollection(ArrayList::new));
    }
    List<TrialRecord> records = new ArrayList<>();
    for (Path directory : directories) {
      TrialRecord record = trial(directory);
      Path place = trialPath(record.trial().number());
      String name = place.getFileName() + suffix.apply(record);
      if (!directory.equals(place.resolveSibling(name))) {
        throw new StoreException(
            directory + ": damaged: it holds trial " + name + "; move it there, or delete it");
      }
      records.add(record);
    }
    records.sort(
        Comparator.comparingInt((TrialRecord r) -> r.trial().number())
            .thenComparingInt(TrialRecord::attempt));
    return records;
  }

  private TrialRecord trial(Path directory) throws IOException {
    return Documents.read(directory.resolve(TRIAL_JSON), TrialRecord.class, remedy(directory));
  }

  /** Of a trial that is damaged. */
  private String remedy(Path trial) {
    return run.imported() ? "import the data anew" : "delete " + trial + ", then resume the run";
  }
}
