package dev.shortpath.harness.analysis;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.metric.Metric;
import dev.shortpath.harness.statistics.Resampler;
import dev.shortpath.harness.store.RunDirectory;
import dev.shortpath.harness.store.StoreException;
import dev.shortpath.harness.store.TrialRecord;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/** All samples of the used trials, by metric, treatment and replica. */
final class Arms {
  private final Map<String, Metric> metrics = new LinkedHashMap<>();
  private final Map<List<Object>, Arm> arms = new HashMap<>();

  private Arms() {}

  static Arms load(RunDirectory run, Selection selection, Policy policy) throws IOException {
    Trimming trimming = Trimming.named(policy.trim());
    Resampler resampler = new Resampler(policy.resamples(), policy.seed());
    Map<String, Map<TrialRecord, double[]>> values = new TreeMap<>();
    Set<String> costs = new HashSet<>();
    for (TrialRecord record : selection.used()) {
      costs.addAll(record.cost().keySet());
      read(run, record).forEach((m, v) -> put(values, m, record, v));
      record.cost().forEach((m, v) -> put(values, m, record, cost(v)));
    }
    Arms arms = new Arms();
    for (Metric metric : run.run().metrics()) {
      Map<TrialRecord, double[]> own = values.remove(metric.name());
      if (own == null) {
        continue;
      }
      // Trimming drops samples of the traffic; a trial's cost is none.
      boolean cost = costs.contains(metric.name());
      arms.add(metric, own, cost ? Trimming.named(Policy.DEFAULT.trim()) : trimming, resampler);
      for (Derivation derivation : Derivations.of(metric.name())) {
        Map<TrialRecord, double[]> derived = new LinkedHashMap<>();
        own.forEach((record, v) -> derived.put(record, derivation.derive(v)));
        arms.add(derivation.metric(metric), derived, trimming, resampler);
      }
    }
    if (!values.isEmpty()) {
      throw new StoreException(
          run.path()
              + ": its trials hold values of "
              + String.join(", ", values.keySet())
              + ", which run.json does not describe: the run directory is damaged");
    }
    return arms;
  }

  /** What a metric of the run or derived from it means, in the order of reports. */
  List<Metric> metrics() {
    return List.copyOf(metrics.values());
  }

  /** The metric of that name; null where no sample of it was used. */
  Metric metric(String name) {
    return metrics.get(name);
  }

  /** The samples of a treatment; null where there are none. */
  Arm arm(String metric, Treatment treatment, int replica) {
    return arms.get(List.of(metric, treatment, replica));
  }

  private void add(
      Metric metric, Map<TrialRecord, double[]> values, Trimming trimming, Resampler resampler) {
    double cut = trimming.cut(values.values().stream());
    metrics.put(metric.name(), metric);
    values.forEach(
        (record, v) -> {
          Treatment treatment = record.trial().treatment();
          int replica = record.trial().replica();
          arms.computeIfAbsent(
                  List.of(metric.name(), treatment, replica),
                  k -> new Arm(treatment, replica, metric.name(), resampler))
              .add(record.trial().block(), v, cut);
        });
  }

  private static Map<String, double[]> read(RunDirectory run, TrialRecord record)
      throws IOException {
    int number = record.trial().number();
    Map<String, DoubleStream.Builder> builders = new TreeMap<>();
    run.samples(
        number,
        sample ->
            builders
                .computeIfAbsent(sample.metric(), m -> DoubleStream.builder())
                .add(sample.value()));
    Map<String, double[]> values = new TreeMap<>();
    builders.forEach((metric, builder) -> values.put(metric, builder.build().toArray()));
    return values;
  }

  private static void put(
      Map<String, Map<TrialRecord, double[]>> into, String metric, TrialRecord of, double[] v) {
    if (v.length > 0) {
      into.computeIfAbsent(metric, m -> new LinkedHashMap<>()).put(of, v);
    }
  }

  private static double[] cost(Double value) {
    return value == null || !Double.isFinite(value) ? new double[0] : new double[] {value};
  }
}
