package dev.shortpath.testbed.netns;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names that carry a run's id. */
final class RunNames {
  private static final Pattern NETNS = Pattern.compile("sp-([a-z0-9]{6})-[a-z0-9-]{1,40}");

  private RunNames() {}

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
