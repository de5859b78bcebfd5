package dev.shortpath.harness.experiment;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How much of an experiment is carried out: {@code quick}, {@code full} or {@code paper}.
 *
 * @param blocks number of blocks; at least 1
 * @param workload parameters laid over those of every workload that knows them
 * @param levels levels that replace a factor's own, by factor name
 * @param workloads parameters laid over a single workload's, by the workload's name in the
 *     experiment; they win over {@code workload}
 * @param exclude what this profile leaves out beside the experiment's own {@link
 *     Experiment#exclude}
 */
public record Profile(
    int blocks,
    Map<String, String> workload,
    Map<String, List<String>> levels,
    Map<String, Map<String, String>> workloads,
    List<Map<String, List<String>>> exclude) {
  public Profile {
    workload = Collections.unmodifiableMap(new LinkedHashMap<>(workload));
    levels = Collections.unmodifiableMap(new LinkedHashMap<>(levels));
    // Runs of before these were known lack them.
    workloads =
        workloads == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(workloads));
    exclude = exclude == null ? List.of() : List.copyOf(exclude);
    if (blocks < 1) {
      throw new IllegalArgumentException("a profile has at least one block, not " + blocks);
    }
  }

  /** A profile that treats all workloads alike and leaves nothing out. */
  public Profile(int blocks, Map<String, String> workload, Map<String, List<String>> levels) {
    this(blocks, workload, levels, Map.of(), List.of());
  }

  /** This profile with another number of blocks. */
  public Profile withBlocks(int blocks) {
    return new Profile(blocks, workload, levels, workloads, exclude);
  }
}
