package dev.shortpath.harness.analysis;

import dev.shortpath.harness.metric.Better;
import dev.shortpath.harness.metric.Metric;
import dev.shortpath.harness.statistics.Sequences;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** All derived metrics: a new one is one more entry here. */
public final class Derivations {
  /** Name of the latency variation. */
  static final String LATENCY_VARIATION = "latency-variation";

  private static final List<Derivation> ALL = List.of(new LatencyVariation());

  private Derivations() {}

  static List<Derivation> of(String metric) {
    return ALL.stream().filter(d -> d.from().equals(metric)).collect(Collectors.toList());
  }

  static List<String> names() {
    return ALL.stream().map(Derivation::name).toList();
  }

  /** The derivation that yields {@code metric}; empty where none does. */
  public static Optional<Derivation> named(String metric) {
    return ALL.stream().filter(d -> d.name().equals(metric)).findFirst();
  }

  private static final class LatencyVariation implements Derivation {
    @Override
    public String name() {
      return LATENCY_VARIATION;
    }

    @Override
    public String from() {
      return "latency";
    }

    @Override
    public Metric metric(Metric source) {
      return new Metric(
          LATENCY_VARIATION,
          source.unit(),
          Better.LOWER,
          "Absolute difference of consecutive latencies of one trial, taken before any trimming.",
          "eZtunnel, CloudNet 2024, Fig. 7; the authors' notebook takes differences first, then trims");
    }

    @Override
    public double[] derive(double[] values) {
      return Sequences.variation(values);
    }
  }
}
