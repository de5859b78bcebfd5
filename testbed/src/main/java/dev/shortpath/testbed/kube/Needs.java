package dev.shortpath.testbed.kube;

import java.util.List;

/**
 * What a request needs of a cluster.
 *
 * @param twoNodes a second node beside the first
 * @param ipv6 IPv6 beside IPv4
 * @param agent the shortcut's agent on the nodes
 * @param proxyModes kube-proxy's mode on each of the workers, which are nodes of their own beside
 *     the first; none where any mode will do
 */
public record Needs(boolean twoNodes, boolean ipv6, boolean agent, List<String> proxyModes) {
  public Needs {
    proxyModes = List.copyOf(proxyModes);
  }

  /** Whatever kube-proxy's mode. */
  public Needs(boolean twoNodes, boolean ipv6, boolean agent) {
    this(twoNodes, ipv6, agent, List.of());
  }
}
