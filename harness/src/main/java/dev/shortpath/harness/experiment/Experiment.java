package dev.shortpath.harness.experiment;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is asked: data only, read from YAML.
 *
 * @param name matches {@link Names#PATTERN}
 * @param title one line for people
 * @param description a paragraph for people
 * @param topology which layout the testbed sets up, for example {@code pods}
 * @param parameters of the topology, by name
 * @param factors what is varied, in order
 * @param workloads by name; where there is more than one, a factor {@code workload} chooses
 * @param repeated treatments that every block carries twice (A/A), each by some of its levels
 * @param claims what the run is to judge
 * @param profiles by name
 */
public record Experiment(
    String name,
    String title,
    String description,
    String topology,
    Map<String, String> parameters,
    List<Factor> factors,
    Map<String, WorkloadSpec> workloads,
    List<Map<String, String>> repeated,
    List<Claim> claims,
    Map<String, Profile> profiles) {
  /** The factor that chooses among several workloads. */
  public static final String WORKLOAD_FACTOR = "workload";

  public Experiment {
    Names.check("experiment", name);
    Names.check("topology", topology);
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    factors = List.copyOf(factors);
    workloads = Collections.unmodifiableMap(new LinkedHashMap<>(workloads));
    repeated = List.copyOf(repeated);
    claims = List.copyOf(claims);
    profiles = Collections.unmodifiableMap(new LinkedHashMap<>(profiles));
  }

  /** The workload that drives {@code treatment}. */
  public WorkloadSpec workloadOf(Treatment treatment) {
    if (workloads.size() == 1) {
      return workloads.values().iterator().next();
    }
    return workloads.get(treatment.level(WORKLOAD_FACTOR, ""));
  }
}
