package dev.shortpath.testbed.netns;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The topologies that there are. */
final class Topologies {
  private static final List<Topology> ALL = List.of(new PodsTopology());

  private Topologies() {}

  static List<String> names() {
    return ALL.stream().map(Topology::name).toList();
  }

  static Optional<Topology> find(String name) {
    return ALL.stream().filter(topology -> topology.name().equals(name)).findFirst();
  }

  /** Every factor that some topology can switch. */
  static Map<String, List<String>> factors() {
    return union(ALL.stream().map(Topology::factors).toList());
  }

  /**
   * Every factor with each level that one of {@code all} has, in order of first appearance. An
   * empty list stands for any level, also in the union.
   */
  static Map<String, List<String>> union(List<Map<String, List<String>>> all) {
    Map<String, List<String>> union = new LinkedHashMap<>();
    all.forEach(factors -> factors.forEach((f, levels) -> union.merge(f, levels, Topologies::or)));
    return union;
  }

  private static List<String> or(List<String> some, List<String> more) {
    return some.isEmpty() || more.isEmpty()
        ? List.of()
        : Stream.concat(some.stream(), more.stream()).distinct().toList();
  }
}
