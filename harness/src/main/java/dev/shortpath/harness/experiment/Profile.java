package dev.shortpath.harness.experiment;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How much of an experiment is carried out: {@code quick}, {@code full} or {@code paper}.
 *
 * @param blocks number of blocks; at least 1
 * @param workload parameters laid over every workload's own
 * @param levels levels that replace a factor's own, by factor name
 */
public record Profile(int blocks, Map<String, String> workload, Map<String, List<String>> levels) {
  public Profile {
    workload = Collections.unmodifiableMap(new LinkedHashMap<>(workload));
    levels = Collections.unmodifiableMap(new LinkedHashMap<>(levels));
    if (blocks < 1) {
      throw new IllegalArgumentException("a profile has at least one block, not " + blocks);
    }
  }
}
