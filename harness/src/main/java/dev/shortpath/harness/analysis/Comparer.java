package dev.shortpath.harness.analysis;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.metric.Metric;
import dev.shortpath.harness.statistics.Bounds;
import dev.shortpath.harness.statistics.CliffsDelta;
import dev.shortpath.harness.statistics.DetectableEffect;
import dev.shortpath.harness.statistics.Intervals;
import dev.shortpath.harness.statistics.Pool;
import dev.shortpath.harness.statistics.Replicates;
import dev.shortpath.harness.statistics.SignFlip;
import dev.shortpath.harness.statistics.Statistic;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedSet;

/** Holds one arm against another, in the blocks that hold both. */
final class Comparer {
  private final Policy policy;

  /** Log ratios of A/A pairs in single blocks, by metric and statistic: what noise alone does. */
  private final Map<List<String>, List<Double>> noise = new HashMap<>();

  private final Map<List<Object>, Double> deltas = new HashMap<>();

  Comparer(Policy policy) {
    this.policy = policy;
  }

  /** Makes an A/A comparison known to the later ones. */
  void learn(Comparison repeat) {
    List<Double> ratios =
        noise.computeIfAbsent(List.of(repeat.metric(), repeat.statistic()), k -> new ArrayList<>());
    repeat.blocks().forEach(block -> ratios.add(Math.log(block.ratio())));
  }

  /**
   * Compares.
   *
   * @return empty where no block holds both, or a figure is not positive, so that there is no ratio
   */
  Optional<Comparison> compare(
      Metric metric, Arm baseline, Arm treatment, Statistic of, Statistic ofBaseline) {
    SortedSet<Integer> blocks = shared(baseline, treatment, of, ofBaseline);
    if (blocks.isEmpty()) {
      return Optional.empty();
    }
    Pool b = baseline.pool(ofBaseline, blocks);
    Pool t = treatment.pool(of, blocks);
    double baselineValue = ofBaseline.of(b.once());
    double treatmentValue = of.of(t.once());
    if (!(baselineValue > 0) || !(treatmentValue > 0)) {
      return Optional.empty();
    }
    List<BlockRatio> ratios = ratios(b, t, blocks, of, ofBaseline);
    double[] logs = ratios.stream().mapToDouble(r -> Math.log(r.ratio())).toArray();
    Replicates rb = baseline.replicates(ofBaseline, blocks);
    Replicates rt = treatment.replicates(of, blocks);
    boolean tested = logs.length > 1;
    return Optional.of(
        new Comparison(
            metric.name(),
            of.key(),
            ofBaseline.key(),
            baseline.treatment().id(),
            treatment.treatment().id(),
            shared(baseline.treatment(), treatment.treatment()),
            metric.unit(),
            baselineValue,
            treatmentValue,
            ratio(treatmentValue / baselineValue, rt, rb),
            difference(treatmentValue - baselineValue, rt, rb),
            tested ? SignFlip.pValue(logs, policy.seed()) : null,
            tested ? testName(logs.length) : untested(blocks.size(), logs.length),
            delta(baseline, treatment, b, t, blocks, of, ofBaseline),
            detectable(metric.name(), of.key(), logs, blocks.size()),
            ratios));
  }

  /** The blocks that hold both sides. */
  static SortedSet<Integer> shared(
      Arm baseline, Arm treatment, Statistic of, Statistic ofBaseline) {
    SortedSet<Integer> blocks = baseline.blocks(ofBaseline);
    blocks.retainAll(treatment.blocks(of));
    return blocks;
  }

  private static String untested(int blocks, int ratios) {
    return blocks > 1 && ratios == 0
        ? "none: a block alone has no such figure"
        : "none: a single block leaves nothing to permute";
  }

  private static List<BlockRatio> ratios(
      Pool b, Pool t, SortedSet<Integer> blocks, Statistic of, Statistic ofBaseline) {
    List<BlockRatio> ratios = new ArrayList<>();
    int at = 0;
    for (int block : blocks) {
      double ratio = of.of(t.block(at)) / ofBaseline.of(b.block(at));
      at++;
      if (ratio > 0 && Double.isFinite(ratio)) {
        ratios.add(new BlockRatio(block, ratio));
      }
    }
    return ratios;
  }

  private Estimate ratio(double ratio, Replicates treatment, Replicates baseline) {
    if (treatment == null || baseline == null) {
      return new Estimate(ratio, null);
    }
    Replicates logs = treatment.with(baseline, (t, b) -> Math.log(t / b));
    return estimate(ratio, Intervals.of(Math.log(ratio), logs, policy.level()).map(Bounds::exp));
  }

  private Estimate difference(double difference, Replicates treatment, Replicates baseline) {
    if (treatment == null || baseline == null) {
      return new Estimate(difference, null);
    }
    Replicates differences = treatment.with(baseline, (t, b) -> t - b);
    return estimate(difference, Intervals.of(difference, differences, policy.level()));
  }

  Estimate estimate(double value, Optional<Bounds> bounds) {
    return new Estimate(
        value,
        bounds
            .filter(b -> Double.isFinite(b.low()) && Double.isFinite(b.high()))
            .map(b -> new Interval(b.low(), b.high(), policy.level()))
            .orElse(null));
  }

  private static String testName(int blocks) {
    String exact =
        blocks <= SignFlip.EXACT_BLOCKS
            ? String.format(Locale.ROOT, "exact, p at least %.2g", 2 / Math.pow(2, blocks))
            : "20000 random assignments";
    return "paired permutation (sign flip) of the log ratios of " + blocks + " blocks, " + exact;
  }

  /** Of the samples themselves, so it depends on the arms and not on the statistic. */
  private Double delta(
      Arm baseline,
      Arm treatment,
      Pool b,
      Pool t,
      SortedSet<Integer> blocks,
      Statistic of,
      Statistic ofBaseline) {
    boolean jitter = of == Statistic.RFC3550_JITTER || ofBaseline == Statistic.RFC3550_JITTER;
    return deltas.computeIfAbsent(
        List.of(baseline, treatment, List.copyOf(blocks), jitter),
        k -> CliffsDelta.ofSorted(t.sorted(), b.sorted()));
  }

  private Double detectable(String metric, String statistic, double[] logs, int blocks) {
    List<Double> own = noise.getOrDefault(List.of(metric, statistic), List.of());
    OptionalDouble effect =
        own.size() > 1
            ? DetectableEffect.of(
                own.stream().mapToDouble(x -> x).toArray(), true, blocks, policy.level())
            : DetectableEffect.of(logs, false, blocks, policy.level());
    return effect.isPresent() ? effect.getAsDouble() : null;
  }

  private static Map<String, String> shared(Treatment a, Treatment b) {
    Map<String, String> shared = new LinkedHashMap<>(a.levels());
    shared.entrySet().removeIf(e -> !e.getValue().equals(b.levels().get(e.getKey())));
    return Collections.unmodifiableMap(shared);
  }
}
