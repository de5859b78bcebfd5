package dev.shortpath.harness.analysis;

import dev.shortpath.harness.store.TrialRecord;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The paths that counters prove, by treatment. */
public final class Paths {
  private final Map<String, Set<String>> byTreatment = new HashMap<>();

  private Paths() {}

  /** The paths of these trials; those whose testbed does not put its path into words have none. */
  public static Paths of(List<TrialRecord> used) {
    Paths paths = new Paths();
    for (TrialRecord record : used) {
      String path = record.attestation() == null ? null : record.attestation().path();
      if (path != null) {
        paths
            .byTreatment
            .computeIfAbsent(record.trial().treatment().id(), t -> new HashSet<>())
            .add(path);
      }
    }
    return paths;
  }

  /**
   * The path that all trials of both treatments took: where nothing could be switched, whatever
   * differs is chance.
   *
   * @param one a treatment's id
   * @param other another one's
   * @return empty where they took more than one, or none is known
   */
  public Optional<String> same(String one, String other) {
    Set<String> paths = byTreatment.getOrDefault(one, Set.of());
    return paths.size() == 1 && paths.equals(byTreatment.get(other))
        ? Optional.of(paths.iterator().next())
        : Optional.empty();
  }
}
