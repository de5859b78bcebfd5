package dev.shortpath.testbed.netns;

import dev.shortpath.harness.testbed.TestbedException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names that carry a run's id. */
final class RunNames {
  private static final Pattern ID = Pattern.compile("[a-z0-9]{6}");
  private static final Pattern NETNS = Pattern.compile("sp-([a-z0-9]{6})-[a-z0-9-]{1,40}");

  private RunNames() {}

  /**
   * Checks a run's id.
   *
   * @throws TestbedException when it is not 6 characters of {@code [a-z0-9]}
   */
  static String check(String runId) throws TestbedException {
    if (!isId(runId)) {
      throw new TestbedException("run id '" + runId + "' is not 6 characters of [a-z0-9]");
    }
    return runId;
  }

  static boolean isId(String text) {
    return ID.matcher(text).matches();
  }

  /** The network namespace of a node or pod. */
  static String netns(String runId, String place) {
    return "sp-" + runId + "-" + place;
  }

  /** The run that a network namespace belongs to; empty when it is none of ours. */
  static Optional<String> runOf(String netns) {
    Matcher matcher = NETNS.matcher(netns);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }
}
