package dev.shortpath.testbed.netns;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.dataplane.DataPlanes;
import dev.shortpath.testbed.dataplane.ServiceDataPlane;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Parameters of topology {@code pods} on network namespaces, checked.
 *
 * @param nodeRules the data plane whose rules each node has, and all that its bridge passes on goes
 *     through, as on a Kubernetes node; empty where the bridge is all that there is
 */
record PodsParameters(Optional<ServiceDataPlane> nodeRules) {
  static final String NODE_RULES = "node-rules";
  private static final List<String> LEVELS =
      List.of("none", "iptables-legacy", "iptables-nft", "nftables");

  /**
   * Reads them.
   *
   * @throws TestbedException naming the first one that is unknown or wrong
   */
  static PodsParameters of(Map<String, String> given) throws TestbedException {
    for (String name : new TreeMap<>(given).keySet()) {
      if (!name.equals(NODE_RULES)) {
        throw new TestbedException(
            "topology pods has no parameter '" + name + "'; it has " + NODE_RULES);
      }
    }
    String rules = given.getOrDefault(NODE_RULES, "none");
    if (!LEVELS.contains(rules)) {
      throw new TestbedException(
          "topology pods: parameter %s is '%s': use one of %s"
              .formatted(NODE_RULES, rules, String.join(", ", LEVELS)));
    }
    return new PodsParameters(rules.equals("none") ? Optional.empty() : DataPlanes.find(rules));
  }
}
