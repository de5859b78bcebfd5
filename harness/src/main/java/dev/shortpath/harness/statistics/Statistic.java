package dev.shortpath.harness.statistics;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Every statistic of a metric, in one place, in the order in which tables show them. */
public enum Statistic {
  P25("p25", Says.PLACE, w -> w.quantile(0.25)),
  P50("p50", Says.PLACE, w -> w.quantile(0.5)),
  P75("p75", Says.PLACE, w -> w.quantile(0.75)),
  P99("p99", Says.PLACE, w -> w.quantile(0.99)),
  MEAN("mean", Says.PLACE, w -> w.moments().mean()),
  /** Population standard deviation; of latency, eZtunnel calls it jitter. */
  SD("sd", Says.SPREAD, w -> w.moments().populationSd()),
  /** No interval: the bootstrap of an extreme is inconsistent (Efron and Tibshirani 1993, 7.4). */
  MIN("min", Says.EXTREME, Weighted::min),
  MAX("max", Says.EXTREME, Weighted::max),
  /** Mean of the {@link Sequences#interarrivalJitter} series, which is what it is applied to. */
  RFC3550_JITTER("rfc3550-jitter", Says.PLACE, w -> w.moments().mean());

  /** What a statistic says of values. */
  private enum Says {
    PLACE,
    SPREAD,
    EXTREME
  }

  private final String key;
  private final Says says;
  private final ToDoubleFunction<Weighted> function;

  Statistic(String key, Says says, ToDoubleFunction<Weighted> function) {
    this.key = key;
    this.says = says;
    this.function = function;
  }

  /** Its name in experiments, documents and reports. */
  public String key() {
    return key;
  }

  /** Whether it is the least or the largest value: resampling does not tell its uncertainty. */
  public boolean extreme() {
    return says == Says.EXTREME;
  }

  /** Whether it says where values lie; tests and effect sizes of places say nothing of others. */
  public boolean place() {
    return says == Says.PLACE;
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
