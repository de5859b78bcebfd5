package dev.shortpath.testbed.run;

import dev.shortpath.harness.testbed.TestbedException;
import java.util.regex.Pattern;

/** A run's id: everything that is made carries it. */
public final class RunId {
  private static final Pattern ID = Pattern.compile("[a-z0-9]{6}");

  private RunId() {}

  /**
   * Checks a run's id.
   *
   * @throws TestbedException when it is not 6 characters of {@code [a-z0-9]}
   */
  public static String check(String runId) throws TestbedException {
    if (!is(runId)) {
      throw new TestbedException("run id '" + runId + "' is not 6 characters of [a-z0-9]");
    }
    return runId;
  }

  /** Whether a text is a run's id. */
  public static boolean is(String text) {
    return ID.matcher(text).matches();
  }
}
