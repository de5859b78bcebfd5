package dev.shortpath.testbed.netns;

import dev.shortpath.testbed.place.Node;
import dev.shortpath.testbed.place.Pod;
import java.util.List;

/**
 * Nodes and pods to be made.
 *
 * @param nodes one or two; two are joined by a veth
 * @param pods on those nodes
 */
record Layout(List<Node> nodes, List<Pod> pods) {
  Layout {
    nodes = List.copyOf(nodes);
    pods = List.copyOf(pods);
  }

  /** The pods of a node. */
  List<Pod> podsOf(Node node) {
    return pods.stream().filter(pod -> pod.node().equals(node)).toList();
  }

  /** The node's number, from 1. */
  int number(Node node) {
    return nodes.indexOf(node) + 1;
  }

  /** Name of the bridge's port that leads to a pod. */
  String port(Pod pod) {
    return "pod" + pods.indexOf(pod);
  }
}
