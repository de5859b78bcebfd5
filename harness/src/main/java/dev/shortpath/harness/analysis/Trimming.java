package dev.shortpath.harness.analysis;

import dev.shortpath.harness.statistics.Quantiles;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The trimming policies, by name. */
enum Trimming {
  NONE("none") {
    @Override
    double cut(Stream<double[]> all) {
      return Double.POSITIVE_INFINITY;
    }
  },
  /**
   * Drops what lies above the 99th percentile (type 7) of all groups pooled, metric by metric, as
   * the eZtunnel authors' notebook does.
   */
  POOLED_P99("pooled-p99") {
    @Override
    double cut(Stream<double[]> all) {
      double[] pooled = all.flatMapToDouble(Arrays::stream).toArray();
      return pooled.length == 0 ? Double.POSITIVE_INFINITY : Quantiles.of(pooled, 0.99);
    }
  };

  private final String key;

  Trimming(String key) {
    this.key = key;
  }

  /** The largest value that is kept, given all values of a metric. */
  abstract double cut(Stream<double[]> all);

  static double[] trim(double[] values, double cut) {
    return Arrays.stream(values).filter(value -> value <= cut).toArray();
  }

  static List<String> names() {
    return Arrays.stream(values()).map(t -> t.key).collect(Collectors.toList());
  }

  static Trimming named(String key) {
    return Arrays.stream(values())
        .filter(t -> t.key.equals(key))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "trimming policy '" + key + "' is unknown: " + String.join(", ", names())));
  }
}
