package dev.shortpath.harness.runner;

import dev.shortpath.harness.analysis.Analyzer;
import dev.shortpath.harness.catalog.BadInputException;
import dev.shortpath.harness.catalog.Catalog;
import dev.shortpath.harness.experiment.Claim;
import dev.shortpath.harness.experiment.Experiment;
import dev.shortpath.harness.experiment.Factor;
import dev.shortpath.harness.experiment.Plan;
import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.experiment.Trend;
import dev.shortpath.harness.experiment.Trial;
import dev.shortpath.harness.experiment.WorkloadSpec;
import dev.shortpath.harness.metric.Metric;
import dev.shortpath.harness.testbed.TestbedProvider;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.harness.workload.Parameter;
import dev.shortpath.harness.workload.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Everything that can be known to be wrong before anything is started. */
public final class Preflight {
  /** Of a trial beside its traffic: 15 s for 48 of them, docs/verified.md. */
  private static final Duration OVERHEAD = Duration.ofMillis(310);

  private Preflight() {}

  /**
   * The experiment with every workload parameter filled in.
   *
   * @throws BadInputException for a workload or parameter that does not exist or fit
   */
  public static Experiment complete(Experiment experiment, Catalog catalog) {
    Map<String, WorkloadSpec> workloads = new LinkedHashMap<>();
    experiment
        .workloads()
        .forEach(
            (name, spec) -> workloads.put(name, complete(spec, catalog.workload(spec.type()))));
    return experiment.with(
        experiment.factors(), workloads, experiment.profiles(), experiment.exclude());
  }

  private static WorkloadSpec complete(WorkloadSpec spec, Workload workload) {
    Map<String, String> complete = new LinkedHashMap<>();
    for (Parameter parameter : workload.parameters()) {
      String value = spec.parameters().getOrDefault(parameter.name(), parameter.defaultValue());
      if (!parameter.accepts(value)) {
        throw new BadInputException(
            "workload "
                + spec.type()
                + ": "
                + parameter.name()
                + " '"
                + value
                + "' is no "
                + parameter.words()
                + ": "
                + parameter.meaning());
      }
      complete.put(parameter.name(), value);
    }
    for (String name : spec.parameters().keySet()) {
      if (!complete.containsKey(name)) {
        throw new BadInputException(
            "workload "
                + spec.type()
                + " has no parameter '"
                + name
                + "'; it has "
                + String.join(", ", complete.keySet()));
      }
    }
    return new WorkloadSpec(spec.type(), complete);
  }

  /** Refuses factors and levels that the testbed can't switch. */
  public static void factors(Experiment experiment, TestbedProvider provider) {
    if (!provider.topologies().contains(experiment.topology())) {
      throw new BadInputException(
          "testbed "
              + provider.name()
              + " has no topology '"
              + experiment.topology()
              + "'; it has "
              + String.join(", ", provider.topologies()));
    }
    Map<String, List<String>> known = provider.factors(experiment.topology());
    for (Factor factor : experiment.factors()) {
      if (factor.name().equals(Experiment.WORKLOAD_FACTOR)) {
        continue;
      }
      List<String> levels = known.get(factor.name());
      if (levels == null) {
        throw new BadInputException(
            "testbed "
                + provider.name()
                + " cannot switch factor '"
                + factor.name()
                + "'; it can switch "
                + String.join(", ", known.keySet()));
      }
      for (String level : factor.levels()) {
        if (!levels.isEmpty() && !levels.contains(level)) {
          throw new BadInputException(
              "testbed "
                  + provider.name()
                  + ": factor "
                  + factor.name()
                  + " has no level '"
                  + level
                  + "'; it has '"
                  + String.join("', '", levels)
                  + "'"
                  + remedy(factor, levels));
        }
      }
    }
  }

  private static String remedy(Factor factor, List<String> levels) {
    List<String> common = common(factor, levels);
    return common.isEmpty() ? "" : ": use --set " + factor.name() + "=" + String.join(",", common);
  }

  private static List<String> common(Factor factor, List<String> levels) {
    return factor.levels().stream().filter(levels::contains).toList();
  }

  /**
   * The experiment without the levels that the testbed does not have, as far as others are left of
   * a factor: what can be run there with {@code --set}.
   */
  public static Experiment restricted(Experiment experiment, TestbedProvider provider) {
    Map<String, List<String>> known = provider.factors(experiment.topology());
    List<Factor> factors = new ArrayList<>();
    for (Factor factor : experiment.factors()) {
      List<String> common = common(factor, known.getOrDefault(factor.name(), List.of()));
      factors.add(common.isEmpty() ? factor : new Factor(factor.name(), common));
    }
    return experiment.with(
        factors, experiment.workloads(), experiment.profiles(), experiment.exclude());
  }

  /** Refuses claims and trends about metrics that nothing here yields. */
  public static void claims(Experiment experiment, Catalog catalog) {
    Set<String> known = new TreeSet<>(Analyzer.derivedMetrics());
    metrics(experiment, catalog).forEach(metric -> known.add(metric.name()));
    for (Claim claim : experiment.claims()) {
      String who = "claim " + claim.id();
      known(who, "metric", claim.metric(), known);
      known(who, "statistic", claim.statistic(), Analyzer.statistics());
      known(who, "statistic", claim.baselineStatistic(), Analyzer.statistics());
    }
    for (Trend trend : experiment.trends()) {
      String who = "trend over " + trend.over();
      known(who, "metric", trend.metric(), known);
      known(who, "statistic", trend.statistic(), Analyzer.statistics());
    }
  }

  private static void known(String who, String what, String name, Collection<String> known) {
    if (!known.contains(name)) {
      throw new BadInputException(
          who + ": no " + what + " '" + name + "'; known: " + String.join(", ", known));
    }
  }

  /** Refuses what this machine lacks, all of it at once. */
  public static void capabilities(TestbedProvider provider, TestbedRequest request) {
    List<String> missing = provider.missing(request);
    if (!missing.isEmpty()) {
      throw new BadInputException(String.join("\n", missing));
    }
  }

  /** The metrics that a run of {@code experiment} stores. */
  public static List<Metric> metrics(Experiment experiment, Catalog catalog) {
    Map<String, Metric> metrics = new LinkedHashMap<>();
    experiment
        .workloads()
        .values()
        .forEach(
            spec -> catalog.workload(spec.type()).metrics().forEach(m -> metrics.put(m.name(), m)));
    catalog.collectors().forEach(c -> c.metrics().forEach(m -> metrics.put(m.name(), m)));
    return new ArrayList<>(metrics.values());
  }

  /** How long {@code trials} will take: their traffic, and {@link #OVERHEAD} each. */
  public static Duration duration(Experiment experiment, List<Trial> trials, Catalog catalog) {
    return trials.stream()
        .map(trial -> experiment.workloadOf(trial.treatment()))
        .map(spec -> catalog.workload(spec.type()).estimate(spec.parameters()))
        .reduce(OVERHEAD.multipliedBy(trials.size()), Duration::plus);
  }

  /** What the testbed is asked for: of treatments and tools, those that the plan has a use for. */
  public static TestbedRequest request(
      String runId, Experiment experiment, Catalog catalog, Path workDirectory) {
    List<Treatment> treatments = Plan.treatments(experiment);
    return new TestbedRequest(
        runId,
        experiment.topology(),
        experiment.parameters(),
        treatments,
        treatments.stream()
            .map(experiment::workloadOf)
            .distinct()
            .flatMap(spec -> catalog.workload(spec.type()).tools().stream())
            .distinct()
            .toList(),
        workDirectory);
  }
}
