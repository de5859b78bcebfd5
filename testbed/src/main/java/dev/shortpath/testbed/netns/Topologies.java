package dev.shortpath.testbed.netns;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
    Map<String, List<String>> factors = new LinkedHashMap<>();
    ALL.forEach(topology -> factors.putAll(topology.factors()));
    return factors;
  }
}
