package dev.shortpath.harness.analysis;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.statistics.Pool;
import dev.shortpath.harness.statistics.Replicates;
import dev.shortpath.harness.statistics.Resampler;
import dev.shortpath.harness.statistics.Sequences;
import dev.shortpath.harness.statistics.Statistic;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** One metric's samples of one treatment (or of its A/A replica), block by block. */
final class Arm {
  /** Interarrival jitter is defined for the transit times of a stream of packets. */
  private static final List<String> TRANSITS = List.of("latency", "delay");

  private final Treatment treatment;
  private final String metric;
  private final long stream;
  private final Resampler resampler;
  private final SortedMap<Integer, List<double[]>> all = new TreeMap<>();
  private final SortedMap<Integer, List<double[]>> kept = new TreeMap<>();
  private final Map<List<Object>, Pool> pools = new HashMap<>();
  private final Map<List<Object>, Map<Statistic, Replicates>> replicates = new HashMap<>();
  private int trials;
  private long samples;
  private long keptSamples;

  Arm(Treatment treatment, int replica, String metric, Resampler resampler) {
    this.treatment = treatment;
    this.metric = metric;
    this.resampler = resampler;
    // String.hashCode is specified: the stream is the same on every JVM.
    this.stream = (treatment.id() + "#" + replica + "#" + metric).hashCode();
  }

  void add(int block, double[] values, double cut) {
    double[] left = Trimming.trim(values, cut);
    trials++;
    samples += values.length;
    keptSamples += left.length;
    put(all, block, values);
    put(kept, block, left);
  }

  private static void put(SortedMap<Integer, List<double[]>> into, int block, double[] values) {
    if (values.length > 0) {
      into.computeIfAbsent(block, b -> new ArrayList<>()).add(values);
    }
  }

  Treatment treatment() {
    return treatment;
  }

  String metric() {
    return metric;
  }

  int trials() {
    return trials;
  }

  long samples() {
    return samples;
  }

  long kept() {
    return keptSamples;
  }

  /** The blocks in which this statistic can be computed. */
  SortedSet<Integer> blocks(Statistic statistic) {
    SortedSet<Integer> blocks = new TreeSet<>();
    if (defined(statistic)) {
      source(statistic)
          .forEach(
              (block, series) -> {
                if (series.stream().anyMatch(s -> s.length > 0)) {
                  blocks.add(block);
                }
              });
    }
    return blocks;
  }

  private boolean defined(Statistic statistic) {
    return statistic != Statistic.RFC3550_JITTER || TRANSITS.contains(metric);
  }

  /** The samples of these blocks; jitter follows from all samples, whatever is trimmed. */
  Pool pool(Statistic statistic, SortedSet<Integer> blocks) {
    return pools.computeIfAbsent(
        key(statistic, blocks),
        k -> {
          SortedMap<Integer, List<double[]>> source = source(statistic);
          List<List<double[]>> chosen = new ArrayList<>();
          blocks.forEach(block -> chosen.add(source.get(block)));
          return Pool.of(chosen);
        });
  }

  /**
   * The statistic in each resample of these blocks; null for one that resampling does not serve.
   */
  Replicates replicates(Statistic statistic, SortedSet<Integer> blocks) {
    return replicates
        .computeIfAbsent(
            key(statistic, blocks),
            k -> resampler.resample(pool(statistic, blocks), stream, sharing(statistic)))
        .get(statistic);
  }

  private SortedMap<Integer, List<double[]>> source(Statistic statistic) {
    if (statistic != Statistic.RFC3550_JITTER) {
      return kept;
    }
    SortedMap<Integer, List<double[]>> jitters = new TreeMap<>();
    all.forEach(
        (block, series) ->
            series.forEach(s -> put(jitters, block, Sequences.interarrivalJitter(s))));
    return jitters;
  }

  /** The statistics that follow from the same pool. */
  private static Set<Statistic> sharing(Statistic statistic) {
    Set<Statistic> jitter = EnumSet.of(Statistic.RFC3550_JITTER);
    return jitter.contains(statistic) ? jitter : EnumSet.complementOf(EnumSet.copyOf(jitter));
  }

  private static List<Object> key(Statistic statistic, SortedSet<Integer> blocks) {
    return List.of(statistic == Statistic.RFC3550_JITTER, List.copyOf(blocks));
  }
}
