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
 * @param slow factors that are expensive to change: inside a block, trials that share their levels
 *     stand together
 * @param exclude what is not planned: treatments that match one of these, see {@link #excluded}
 * @param trends figures over the numeric levels of a factor, for the analysis
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
    Map<String, Profile> profiles,
    List<String> slow,
    List<Map<String, List<String>>> exclude,
    List<Trend> trends) {
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
    // Runs of before these were known lack them.
    slow = slow == null ? List.of() : List.copyOf(slow);
    exclude = exclude == null ? List.of() : List.copyOf(exclude);
    trends = trends == null ? List.of() : List.copyOf(trends);
  }

  /** An experiment whose factors all cost the same to change, with every treatment planned. */
  public Experiment(
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
    this(
        name,
        title,
        description,
        topology,
        parameters,
        factors,
        workloads,
        repeated,
        claims,
        profiles,
        List.of(),
        List.of(),
        List.of());
  }

  /** The workload that drives {@code treatment}. */
  public WorkloadSpec workloadOf(Treatment treatment) {
    if (workloads.size() == 1) {
      return workloads.values().iterator().next();
    }
    return workloads.get(treatment.level(WORKLOAD_FACTOR, ""));
  }

  /** Whether an entry of {@link #exclude} names this treatment's level for each of its factors. */
  public boolean excluded(Treatment treatment) {
    return exclude.stream()
        .anyMatch(
            entry ->
                entry.entrySet().stream()
                    .allMatch(e -> e.getValue().contains(treatment.level(e.getKey(), ""))));
  }

  /** This experiment with parameters of its topology laid over its own. */
  public Experiment withParameters(Map<String, String> over) {
    Map<String, String> all = new LinkedHashMap<>(parameters);
    all.putAll(over);
    return with(all, factors, workloads, profiles, exclude);
  }

  /** This experiment with other factors, workloads, profiles and exclusions. */
  public Experiment with(
      List<Factor> factors,
      Map<String, WorkloadSpec> workloads,
      Map<String, Profile> profiles,
      List<Map<String, List<String>>> exclude) {
    return with(parameters, factors, workloads, profiles, exclude);
  }

  private Experiment with(
      Map<String, String> parameters,
      List<Factor> factors,
      Map<String, WorkloadSpec> workloads,
      Map<String, Profile> profiles,
      List<Map<String, List<String>>> exclude) {
    return new Experiment(
        name,
        title,
        description,
        topology,
        parameters,
        factors,
        workloads,
        repeated,
        claims,
        profiles,
        slow,
        exclude,
        trends);
  }
}
