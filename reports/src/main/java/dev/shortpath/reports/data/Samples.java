package dev.shortpath.reports.data;

import dev.shortpath.harness.analysis.Derivation;
import dev.shortpath.harness.analysis.Derivations;
import dev.shortpath.harness.store.RunDirectory;
import dev.shortpath.harness.store.TrialRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.DoubleStream;

/**
 * The raw samples of the trials used, untrimmed, by metric; read once. Of a run with more samples
 * than pictures need, every n-th of each trial.
 */
public final class Samples {
  /** Memory for samples ends here: 16 bytes each, and 16 more where they are sorted. */
  static final long MOST = 10_000_000;

  private final Map<String, List<Series>> byMetric;
  private final int stride;

  private final Map<List<String>, double[]> sorted = new HashMap<>();

  private Samples(Map<String, List<Series>> byMetric, int stride) {
    this.byMetric = byMetric;
    this.stride = stride;
  }

  /** Reads the samples of every trial in {@code usable}. */
  static Samples of(RunDirectory run, List<TrialRecord> usable) throws IOException {
    return of(run, usable, MOST);
  }

  static Samples of(RunDirectory run, List<TrialRecord> usable, long most) throws IOException {
    long samples = usable.stream().mapToLong(TrialRecord::samples).sum();
    int stride = (int) Math.max(1, (samples + most - 1) / most);
    Map<String, List<Series>> byMetric = new TreeMap<>();
    for (TrialRecord record : usable) {
      Map<String, Growing> growing = new TreeMap<>();
      run.samples(
          record.trial().number(),
          s ->
              growing
                  .computeIfAbsent(s.metric(), m -> new Growing(stride))
                  .add(s.timeNanos(), s.value()));
      growing.forEach(
          (metric, g) ->
              byMetric.computeIfAbsent(metric, m -> new ArrayList<>()).add(g.series(record)));
    }
    return new Samples(byMetric, stride);
  }

  /** Whether there are samples of {@code metric}, and no trial has more than one. */
  public boolean single(String metric) {
    return !of(metric).isEmpty() && of(metric).stream().allMatch(s -> s.size() <= 1);
  }

  /** A sentence: which samples pictures show. */
  public String drawn() {
    return stride == 1
        ? " All samples of the trials used, none trimmed."
        : " Every " + stride + "th sample of the trials used, none trimmed.";
  }

  /** The trials' values of {@code metric}, by trial; empty when it has no samples. */
  public List<Series> of(String metric) {
    Optional<Derivation> derivation = Derivations.named(metric);
    // Of samples that do not follow one another nothing can be derived.
    if (byMetric.containsKey(metric) || derivation.isEmpty() || stride > 1) {
      return byMetric.getOrDefault(metric, List.of());
    }
    return byMetric.getOrDefault(derivation.get().from(), List.of()).stream()
        .map(s -> derived(derivation.get(), s))
        .toList();
  }

  /**
   * All values of {@code metric} under one treatment, ascending; of its first replica only, as in
   * the tables. Shared: not to be changed.
   */
  public double[] sorted(String metric, String treatment) {
    return sorted.computeIfAbsent(
        List.of(metric, treatment),
        k -> sorted(metric, s -> s.replica() == 1 && s.treatment().equals(treatment)));
  }

  /** All values of {@code metric}, ascending. Shared: not to be changed. */
  public double[] sorted(String metric) {
    return sorted.computeIfAbsent(List.of(metric), k -> sorted(metric, s -> true));
  }

  private double[] sorted(String metric, Predicate<Series> which) {
    double[] all =
        of(metric).stream()
            .filter(which)
            .flatMapToDouble(s -> DoubleStream.of(s.values()))
            .toArray();
    Arrays.sort(all);
    return all;
  }

  private static Series derived(Derivation derivation, Series s) {
    double[] values = derivation.derive(s.values());
    long[] times = Arrays.copyOfRange(s.timesNanos(), s.size() - values.length, s.size());
    return new Series(s.trial(), s.block(), s.treatment(), s.replica(), times, values);
  }

  private static final class Growing {
    private final int stride;
    private long[] times = new long[16];
    private double[] values = new double[16];
    private int size;
    private long seen;

    Growing(int stride) {
      this.stride = stride;
    }

    void add(long time, double value) {
      if (seen++ % stride != 0) {
        return;
      }
      if (size == values.length) {
        times = Arrays.copyOf(times, 2 * size);
        values = Arrays.copyOf(values, 2 * size);
      }
      times[size] = time;
      values[size++] = value;
    }

    Series series(TrialRecord r) {
      return new Series(
          r.trial().number(),
          r.trial().block(),
          r.trial().treatment().id(),
          r.trial().replica(),
          Arrays.copyOf(times, size),
          Arrays.copyOf(values, size));
    }
  }
}
