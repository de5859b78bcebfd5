package dev.shortpath.harness.experiment;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One level of every factor.
 *
 * @param levels factor name to level, in the experiment's factor order
 */
public record Treatment(Map<String, String> levels) {
  public Treatment {
    levels = Collections.unmodifiableMap(new LinkedHashMap<>(levels));
  }

  /** The level of {@code factor}, or {@code otherwise} where the experiment does not vary it. */
  public String level(String factor, String otherwise) {
    return levels.getOrDefault(factor, otherwise);
  }

  /** Whether every level named in {@code some} is this treatment's too. */
  public boolean matches(Map<String, String> some) {
    return some.entrySet().stream().allMatch(e -> e.getValue().equals(levels.get(e.getKey())));
  }

  /** For example {@code mesh=ambient,shortcut=off}; equal treatments have equal ids. */
  public String id() {
    return levels.entrySet().stream()
        .map(e -> e.getKey() + "=" + e.getValue())
        .collect(Collectors.joining(","));
  }

  @Override
  public String toString() {
    return id();
  }
}
