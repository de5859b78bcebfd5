package dev.shortpath.testbed.kube.servicepath;

import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.dataplane.Family;
import dev.shortpath.testbed.dataplane.KernelServices;
import dev.shortpath.testbed.kube.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Which node's kube-proxy is which data plane.
 *
 * @param kernels of the nodes, in the order in which they are preferred
 * @param any whether no treatment asks for a data plane
 */
record Planes(Map<Node, NodeKernel> kernels, boolean any) {
  private static final long PAUSE_MILLIS = 200;

  /**
   * A node for each data plane.
   *
   * @throws TestbedException where there is none whose kube-proxy is one
   */
  Map<String, Node> places(List<String> planes) throws TestbedException, InterruptedException {
    Map<Node, String> modes = new LinkedHashMap<>();
    for (Map.Entry<Node, NodeKernel> node : kernels.entrySet()) {
      modes.put(node.getKey(), node.getValue().metrics().mode());
    }
    Map<String, Node> places = new LinkedHashMap<>();
    for (String plane : any ? List.of(planeOf(modes.values().iterator().next())) : planes) {
      List<Node> fit = new ArrayList<>(modes.keySet());
      fit.removeIf(
          node -> places.containsValue(node) || !modes.get(node).equals(KubeProxy.mode(plane)));
      if (fit.isEmpty()) {
        throw none(plane, modes);
      }
      Node node = fit.get(0);
      written(plane, node, kernels.get(node));
      places.put(plane, node);
    }
    return places;
  }

  private static String planeOf(String mode) {
    return mode.equals("nftables") ? "nftables" : "iptables-nft";
  }

  private static TestbedException none(String plane, Map<Node, String> modes) {
    StringJoiner seen = new StringJoiner(", ");
    modes.forEach((node, mode) -> seen.add(node.name() + " runs in mode " + mode));
    return new TestbedException(
        ("service-data-plane %s wants a node whose kube-proxy runs in mode %s; %s: name other nodes,"
                + " or leave it out by --set service-data-plane=…")
            .formatted(plane, KubeProxy.mode(plane), seen));
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
