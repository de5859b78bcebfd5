package dev.shortpath.harness.runner;

import dev.shortpath.harness.experiment.Trial;
import dev.shortpath.harness.store.TrialRecord;
import java.time.Duration;

/** Hears how a run goes on. Only the command line prints. */
public interface Progress {
  /** A step that takes a moment, for example setting up the testbed. */
  default void step(String what) {}

  /**
   * The plan is known.
   *
   * @param total trials of the run
   * @param done of them, from an earlier session
   * @param estimate of the time for the rest, with what trials take beside their traffic
   */
  default void planned(int total, int done, Duration estimate) {}

  /** A trial starts. */
  default void started(Trial trial, int attempt) {}

  /** A trial, or an attempt at it, is stored. */
  default void stored(TrialRecord record) {}
}
