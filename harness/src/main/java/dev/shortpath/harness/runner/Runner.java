package dev.shortpath.harness.runner;

import dev.shortpath.harness.catalog.Catalog;
import dev.shortpath.harness.experiment.Experiment;
import dev.shortpath.harness.experiment.Trial;
import dev.shortpath.harness.store.RunDirectory;
import dev.shortpath.harness.store.TrialRecord;
import dev.shortpath.harness.store.TrialState;
import dev.shortpath.harness.store.TrialWriter;
import dev.shortpath.harness.testbed.Testbed;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedProvider;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.harness.testbed.UnusableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Carries a run out, or goes on with it: every planned trial that the run directory does not hold
 * yet.
 *
 * <p>A failed attempt is kept, the testbed is set up anew, and the trial is tried again, {@value
 * #ATTEMPTS} times at most; then the run goes on with the next trial, or ends ({@link OnFailure}).
 * It ends in any case where the testbed could not be set up for any of them: nor would it be for
 * the next. It is not tried again where that is of no use ({@link UnusableException}). It knows no
 * testbed, workload or metric by name.
 */
public final class Runner {
  /** How often a trial is tried in one session. */
  public static final int ATTEMPTS = 3;

  private final Catalog catalog;
  private final RunDirectory directory;
  private final Progress progress;
  private final TestbedProvider provider;
  private final Experiment experiment;
  private final OnFailure onFailure;
  private final Thread worker = Thread.currentThread();
  private int setUpsFailedInARow;
  private boolean unusable;
  private volatile boolean stopping;
  private volatile Testbed testbed;

  /** A runner of the trials that a run directory lacks. */
  public Runner(Catalog catalog, RunDirectory directory, Progress progress, OnFailure onFailure) {
    this.onFailure = onFailure;
    this.catalog = catalog;
    this.directory = directory;
    this.progress = progress;
    this.provider = catalog.testbed(directory.run().testbed(), directory.run().testbedOptions());
    this.experiment = directory.run().experiment();
  }

  /**
   * Runs what is left.
   *
   * @return numbers of the trials that could not be completed
   * @throws InterruptedException when asked to stop; everything is torn down, the run can be
   *     resumed
   * @throws IOException when the run directory cannot be written; finished trials are safe
   */
  public List<Integer> run() throws InterruptedException, IOException {
    List<Trial> plan = directory.run().plan();
    List<Trial> left = plan.stream().filter(t -> !directory.holds(t.number())).toList();
    progress.planned(
        plan.size(), plan.size() - left.size(), Preflight.duration(experiment, left, catalog));
    List<Integer> given = new ArrayList<>();
    try {
      for (Trial trial : left) {
        if (!complete(trial)) {
          given.add(trial.number());
          if (onFailure == OnFailure.STOP || unusable || setUpsFailedInARow >= ATTEMPTS) {
            break;
          }
        }
      }
    } catch (IOException | UncheckedIOException e) {
      checkStopping(); // being interrupted closes the file that is being written
      throw e;
    } finally {
      tearDown();
    }
    return given;
  }

  /**
   * Ends the run from another thread (a shutdown hook, say): what runs now is ended and not stored,
   * and {@link #run} throws {@link InterruptedException}.
   */
  public void stop() {
    stopping = true;
    worker.interrupt();
    Testbed standing = testbed;
    if (standing != null) {
      standing.close();
    }
  }

  private boolean complete(Trial trial) throws InterruptedException, IOException {
    int failed = directory.failures(trial.number());
    for (int attempt = failed + 1; attempt <= failed + ATTEMPTS; attempt++) {
      progress.started(trial, attempt);
      try (TrialWriter writer = directory.begin(trial, attempt)) {
        TrialRecord record = attempt(trial, attempt, writer);
        checkStopping();
        writer.commit(record);
        progress.stored(record);
        if (record.state() == TrialState.DONE) {
          return true;
        }
      }
      tearDown();
      if (unusable) {
        return false;
      }
    }
    return false;
  }

  private TrialRecord attempt(Trial trial, int number, TrialWriter writer)
      throws InterruptedException, IOException {
    Attempt attempt = new Attempt(catalog, trial, number, experiment.workloadOf(trial.treatment()));
    try {
      setUp();
    } catch (TestbedException e) {
      return attempt.failed("the testbed could not be set up: " + e.getMessage());
    }
    return attempt.carryOut(testbed, writer);
  }

  private void setUp() throws InterruptedException, IOException, TestbedException {
    if (testbed != null) {
      return;
    }
    progress.step("setting up testbed " + provider.name());
    TestbedRequest request =
        Preflight.request(directory.run().id(), experiment, catalog, directory.newLogDirectory());
    try {
      testbed = provider.open(request);
    } catch (TestbedException e) {
      checkStopping();
      unusable = e instanceof UnusableException;
      setUpsFailedInARow++;
      throw e;
    }
    setUpsFailedInARow = 0;
    checkStopping();
    directory.describe(testbed.parts());
  }

  private void checkStopping() throws InterruptedException {
    if (stopping || Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  private void tearDown() {
    if (testbed != null) {
      testbed.close();
      testbed = null;
    }
  }
}
