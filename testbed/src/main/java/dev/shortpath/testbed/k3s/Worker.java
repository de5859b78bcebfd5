package dev.shortpath.testbed.k3s;

import dev.shortpath.testbed.kube.Node;
import java.net.InetAddress;
import java.util.List;

/**
 * A node of topology {@code service-path} and its pods.
 *
 * @param plane the data plane that its kube-proxy is
 * @param node of the cluster
 * @param network its network namespace, entered from this machine
 * @param addresses its own, IPv4 and IPv6, where NodePorts are reached
 * @param podCidrs of its pods, IPv4 and IPv6
 * @param client the in-cluster client
 * @param a the pod that Services lead to
 * @param b the pod that a changed Service leads to
 */
record Worker(
    String plane,
    Node node,
    ContainerNetwork network,
    List<InetAddress> addresses,
    List<String> podCidrs,
    WorkerPod client,
    WorkerPod a,
    WorkerPod b) {
  /** Its interface towards the router, and towards all else. */
  static final String UPLINK = "eth0";
}
