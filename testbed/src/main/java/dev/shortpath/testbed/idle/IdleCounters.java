package dev.shortpath.testbed.idle;

import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** The names under which a trial keeps what {@link Processors} tell. */
final class IdleCounters {
  private static final String PREFIX = "idle.";
  private static final String ENTRIES = ".entries";
  private static final String LIMIT = PREFIX + "latency-limit-us";

  private IdleCounters() {}

  static Map<String, Long> read(Processors processors) {
    Map<String, Long> counters = new TreeMap<>();
    processors.entries().forEach((state, n) -> counters.put(PREFIX + state + ENTRIES, n));
    processors.micros().forEach((state, us) -> counters.put(PREFIX + state + ".us", us));
    processors.limitMicros().ifPresent(us -> counters.put(LIMIT, (long) us));
    return counters;
  }

  /** The limit for waking up, µs; empty where it was not read. */
  static OptionalLong limit(Map<String, Long> counters) {
    Long limit = counters.get(LIMIT);
    return limit == null ? OptionalLong.empty() : OptionalLong.of(limit);
  }

  /** How often each state in which processors sleep was left in between, where it was. */
  static Map<String, Long> slept(Map<String, Long> before, Map<String, Long> after) {
    Map<String, Long> slept = new TreeMap<>();
    after.forEach(
        (name, n) -> {
          long times = n - before.getOrDefault(name, 0L);
          if (name.startsWith(PREFIX) && name.endsWith(ENTRIES) && times != 0) {
            slept.put(name.substring(PREFIX.length(), name.length() - ENTRIES.length()), times);
          }
        });
    slept.remove(Processors.POLL);
    return slept;
  }
}
