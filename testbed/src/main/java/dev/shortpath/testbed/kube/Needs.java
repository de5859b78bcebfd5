package dev.shortpath.testbed.kube;

import java.util.List;

/**
 * What a request needs of a cluster.
 *
 * @param nodes beside the workers
 * @param ipv6 IPv6 beside IPv4
 * @param agent the shortcut's agent on the nodes
 * @param proxyModes kube-proxy's mode on each of the workers, which are nodes of their own after
 *     the others; none where any mode will do
 */
public record Needs(int nodes, boolean ipv6, boolean agent, List<String> proxyModes) {
  public Needs {
    proxyModes = List.copyOf(proxyModes);
  }

  /** Whatever kube-proxy's mode. */
  public Needs(int nodes, boolean ipv6, boolean agent) {
    this(nodes, ipv6, agent, List.of());
  }

  /** Nodes in all. */
  public int allNodes() {
    return nodes + proxyModes.size();
  }

  /** Pods that a run may have at once. */
  public int pods() {
    int workers = proxyModes.size();
    return kernels() ? 4 * workers + nodes : nodes * (agent ? 3 : 2);
  }

  /** Whether a pod has rights on its node. */
  public boolean privileged() {
    return agent || kernels();
  }

  /** Whether kernels of workers are looked at. */
  public boolean kernels() {
    return !proxyModes.isEmpty();
  }
}
