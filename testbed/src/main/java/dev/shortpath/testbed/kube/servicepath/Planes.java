package dev.shortpath.testbed.kube.servicepath;

import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.UnusableException;
import dev.shortpath.testbed.dataplane.Family;
import dev.shortpath.testbed.dataplane.KernelServices;
import dev.shortpath.testbed.kube.Node;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** Finds a node for each data plane, by the mode of the node's kube-proxy. */
final class Planes {
  private static final long PAUSE_MILLIS = 200;

  /**
   * A node whose kube-proxy is a data plane.
   *
   * @param node of the cluster
   * @param kernel of the node
   */
  record Place(Node node, NodeKernel kernel) {}

  private final Surroundings surroundings;

  Planes(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /**
   * A place for each data plane, in the order of the planes. As few nodes are looked at as can be.
   *
   * @param nodes in the order in which they are preferred
   * @throws TestbedException where a data plane has none: why a node could not be asked, if one
   *     was, else which modes there are
   */
  Map<String, Place> among(List<Node> nodes, List<String> planes)
      throws TestbedException, InterruptedException {
    Map<String, Place> found = new HashMap<>();
    StringJoiner modes = new StringJoiner(", ");
    TestbedException mute = null;
    for (Node node : nodes) {
      if (found.size() == planes.size()) {
        break;
      }
      NodeKernel kernel;
      String mode;
      try {
        kernel = surroundings.kernel(node);
        mode = kernel.metrics().mode();
      } catch (TestbedException e) {
        mute = mute == null ? e : mute;
        continue;
      }
      modes.add(node.name() + " runs in mode " + mode);
      for (String plane : planes) {
        if (!found.containsKey(plane) && mode.equals(KubeProxy.mode(plane))) {
          written(plane, node, kernel);
          found.put(plane, new Place(node, kernel));
          break;
        }
      }
    }
    Map<String, Place> places = new LinkedHashMap<>();
    for (String plane : planes) {
      if (!found.containsKey(plane)) {
        if (mute != null) {
          throw mute;
        }
        throw new UnusableException(
            ("service-data-plane %s wants a node whose kube-proxy runs in mode %s; kube-proxy of %s:"
                    + " name other nodes, or leave it out by --set service-data-plane=…")
                .formatted(plane, KubeProxy.mode(plane), modes));
      }
      places.put(plane, found.get(plane));
    }
    return places;
  }

  /** The first node, as what its kube-proxy is: where any will do. */
  Map<String, Place> any(List<Node> nodes) throws TestbedException, InterruptedException {
    NodeKernel kernel = surroundings.kernel(nodes.get(0));
    String plane = kernel.metrics().mode().equals("nftables") ? "nftables" : "iptables-nft";
    return Map.of(plane, new Place(nodes.get(0), kernel));
  }

  /** Kubernetes' own Service is in every kube-proxy's rules, once it has written any. */
  private static void written(String plane, Node node, NodeKernel kernel)
      throws TestbedException, InterruptedException {
    KernelServices rules = KernelServices.of(plane, node.name(), kernel.tools());
    long end = System.nanoTime() + Remote.SOON.toNanos();
    String why = "they have no Service";
    while (System.nanoTime() < end) {
      try {
        for (Family family : Family.values()) {
          if (!rules.clusterIps(family).isEmpty()) {
            return;
          }
        }
      } catch (TestbedException e) {
        why = e.getMessage();
      }
      Thread.sleep(PAUSE_MILLIS);
    }
    throw new TestbedException(
        "node %s: kube-proxy's rules are not found as %s (it may use iptables-legacy): %s"
            .formatted(node.name(), plane, why));
  }
}
