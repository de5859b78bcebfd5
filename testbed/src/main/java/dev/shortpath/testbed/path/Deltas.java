package dev.shortpath.testbed.path;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Counters before and after, as differences. */
final class Deltas {
  private final Map<String, Long> before;
  private final Map<String, Long> after;
  private final Set<String> missing = new TreeSet<>();

  Deltas(Map<String, Long> before, Map<String, Long> after) {
    this.before = before;
    this.after = after;
  }

  /** By how much a counter rose; 0 where it was not read, which {@link #missing} then tells. */
  long of(String name) {
    Long now = after.get(name);
    if (now == null) {
      missing.add(name);
      return 0;
    }
    return now - before.getOrDefault(name, 0L);
  }

  /** Like {@link #of}, for a counter that appears with the first thing that it counts. */
  long ofOptional(String name) {
    return after.getOrDefault(name, 0L) - before.getOrDefault(name, 0L);
  }

  /** Names that were asked for and not there. */
  Set<String> missing() {
    return missing;
  }

  /** All names that were read after the traffic. */
  Set<String> names() {
    return after.keySet();
  }
}
