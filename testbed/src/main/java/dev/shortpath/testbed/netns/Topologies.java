package dev.shortpath.testbed.netns;

import java.util.List;
import java.util.Optional;

/** The topologies that there are. */
final class Topologies {
  private static final List<Topology> ALL = List.of(new PodsTopology(), new ServicePathTopology());

  private Topologies() {}

  static List<String> names() {
    return ALL.stream().map(Topology::name).toList();
  }

  static Optional<Topology> find(String name) {
    return ALL.stream().filter(topology -> topology.name().equals(name)).findFirst();
  }
}
