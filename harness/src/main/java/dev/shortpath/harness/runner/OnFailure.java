package dev.shortpath.harness.runner;

import java.util.Locale;

/** What a run does about a trial that no attempt has completed. */
public enum OnFailure {
  /** It goes on with the next trial. */
  SKIP,
  /** It ends there; the trial and all after it are left to a later session. */
  STOP;

  /** As the command line has it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
