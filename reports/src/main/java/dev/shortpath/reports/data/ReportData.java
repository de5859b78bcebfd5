package dev.shortpath.reports.data;

import dev.shortpath.harness.analysis.Analysis;
import dev.shortpath.harness.analysis.Comparison;
import dev.shortpath.harness.analysis.Judgement;
import dev.shortpath.harness.analysis.Summary;
import dev.shortpath.harness.metric.Metric;
import dev.shortpath.harness.store.RunDirectory;
import dev.shortpath.harness.store.RunRecord;
import dev.shortpath.harness.store.TrialRecord;
import dev.shortpath.harness.testbed.Traffic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everything that charts, tables and texts look at. They compute no statistics: figures come from
 * the analyses, pictures of distributions from the samples.
 *
 * @param run what the run is
 * @param trials trials that are done, by number
 * @param failed attempts that failed
 * @param analyses the one to report first, then those shown beside it; at least one
 * @param samples raw samples of the trials used
 * @param treatments the treatments in the order of the experiment's factors
 * @param sweep what the run varies in numbers; empty where it varies nothing so
 */
public record ReportData(
    RunRecord run,
    List<TrialRecord> trials,
    List<TrialRecord> failed,
    List<Analysis> analyses,
    Samples samples,
    Treatments treatments,
    Optional<Sweep> sweep) {
  /** Reads what {@code directory} holds. */
  public static ReportData of(RunDirectory directory, List<Analysis> analyses) throws IOException {
    if (analyses.isEmpty()) {
      throw new IllegalArgumentException("a report needs at least one analysis");
    }
    List<TrialRecord> trials = directory.trials();
    List<TrialRecord> used = trials.stream().filter(directory.run()::uses).toList();
    return new ReportData(
        directory.run(),
        trials,
        directory.failedAttempts(),
        List.copyOf(analyses),
        Samples.of(directory, used),
        Treatments.of(directory.run(), analyses),
        Sweep.of(directory.run()));
  }

  /** The analysis to report first. */
  public Analysis first() {
    return analyses.get(0);
  }

  /** Whether the figures come from elsewhere: published data, read in. */
  public boolean imported() {
    return run.imported();
  }

  /** Whether a trial's samples are used: attested, or imported, where nothing can attest. */
  public boolean used(TrialRecord trial) {
    return run.uses(trial);
  }

  /** Whether nothing was to be sent in a trial, so that there was no path to be taken. */
  public static boolean still(TrialRecord trial) {
    Traffic traffic = trial.traffic();
    return traffic != null
        && traffic.connections() == 0
        && traffic.messagesToServer() + traffic.messagesToClient() == 0
        && traffic.bytesToServer() + traffic.bytesToClient() == 0;
  }

  /** Of how many trials counters prove the path, of how many that had traffic. */
  public String proved() {
    List<TrialRecord> moved = trials.stream().filter(t -> !still(t)).toList();
    return Figures.count(moved.stream().filter(this::used).count())
        + " of "
        + Figures.counted(moved.size(), "trial");
  }

  /** How many trials had no traffic, to go on a sentence with; empty where none. */
  public String unmoved() {
    long still = trials.stream().filter(ReportData::still).count();
    return still == 0 ? "" : "; " + Figures.count(still) + " more had no traffic";
  }

  /** The metrics that the first analysis summarises, in its order. */
  public List<String> metrics() {
    return first().summaries().stream().map(Summary::metric).distinct().toList();
  }

  /** Whether a metric is a trial's cost, with one value a trial and no time. */
  public boolean cost(String metric) {
    return trials.stream().anyMatch(t -> t.cost() != null && t.cost().containsKey(metric));
  }

  /** The metrics that have something to be drawn: all but those that are 0 throughout. */
  public List<String> drawn() {
    return metrics().stream().filter(metric -> !zero(metric)).toList();
  }

  /** Whether all figures and samples of a metric are 0: a picture of it would be empty. */
  public boolean zero(String metric) {
    double[] sorted = samples.sorted(metric);
    return (sorted.length == 0 || sorted[0] == 0 && sorted[sorted.length - 1] == 0)
        && first().summaries().stream()
            .filter(s -> s.metric().equals(metric))
            .flatMap(s -> s.statistics().values().stream())
            .allMatch(estimate -> estimate.value() == 0);
  }

  /** What a metric means; empty when neither the analysis nor the run says. */
  public Optional<Metric> metric(String name) {
    return Stream.of(first().metrics(), run.metrics())
        .filter(Objects::nonNull)
        .flatMap(List::stream)
        .filter(m -> m.name().equals(name))
        .findFirst();
  }

  /** The scale for a metric's figures, chosen by its first summary. */
  public Scale scale(String metric) {
    String unit = metric(metric).map(Metric::unit).orElse("");
    double typical = 0;
    for (Summary s : first().summaries()) {
      if (s.metric().equals(metric) && !s.statistics().isEmpty()) {
        unit = s.unit();
        typical =
            s.statistics().containsKey("p50")
                ? s.statistics().get("p50").value()
                : s.statistics().values().stream().mapToDouble(e -> e.value()).max().orElse(0);
        break;
      }
    }
    return Scale.of(unit, typical);
  }

  /** Every comparison of an analysis once: those of its judgements, then the further ones. */
  public static List<Comparison> comparisons(Analysis analysis) {
    Map<List<Object>, Comparison> once = new LinkedHashMap<>();
    List<Comparison> all = new ArrayList<>();
    analysis.judgements().stream()
        .map(Judgement::comparison)
        .filter(Objects::nonNull)
        .forEach(all::add);
    all.addAll(analysis.comparisons());
    for (Comparison c : all) {
      once.putIfAbsent(
          List.of(c.metric(), c.statistic(), c.baselineStatistic(), c.baseline(), c.treatment()),
          c);
    }
    return List.copyOf(once.values());
  }
}
