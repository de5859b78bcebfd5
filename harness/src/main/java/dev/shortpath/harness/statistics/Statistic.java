package dev.shortpath.harness.statistics;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Every statistic of a metric, in one place, in the order in which tables show them. */
public enum Statistic {
  P25("p25", true, w -> w.quantile(0.25)),
  P50("p50", true, w -> w.quantile(0.5)),
  P75("p75", true, w -> w.quantile(0.75)),
  P99("p99", true, w -> w.quantile(0.99)),
  MEAN("mean", true, w -> w.moments().mean()),
  /** Population standard deviation; of latency, eZtunnel calls it jitter. */
  SD("sd", true, w -> w.moments().populationSd()),
  /** No interval: the bootstrap of an extreme is inconsistent (Efron and Tibshirani 1993, 7.4). */
  MIN("min", false, Weighted::min),
  MAX("max", false, Weighted::max),
  /** Mean of the {@link Sequences#interarrivalJitter} series, which is what it is applied to. */
  RFC3550_JITTER("rfc3550-jitter", true, w -> w.moments().mean());

  private final String key;
  private final boolean resampled;
  private final ToDoubleFunction<Weighted> function;

  Statistic(String key, boolean resampled, ToDoubleFunction<Weighted> function) {
    this.key = key;
    this.resampled = resampled;
    this.function = function;
  }

  /** Its name in experiments, documents and reports. */
  public String key() {
    return key;
  }

  /** Whether resampling tells its uncertainty. */
  public boolean resampled() {
    return resampled;
  }

  /** Its value. */
  public double of(Weighted values) {
    return function.applyAsDouble(values);
  }

  /** The statistic of that name. */
  public static Optional<Statistic> named(String key) {
    return Arrays.stream(values()).filter(s -> s.key.equals(key)).findFirst();
  }

  /** All names, for messages. */
  public static String names() {
    return Arrays.stream(values()).map(Statistic::key).collect(Collectors.joining(", "));
  }
}
