package dev.shortpath.testbed.kube.servicepath;

import dev.shortpath.testbed.kube.Node;
import java.net.InetAddress;

/**
 * A node of topology {@code service-path} and its pods.
 *
 * @param plane the data plane that its kube-proxy is
 * @param node of the cluster
 * @param kernel of the node
 * @param ipv4 its own address, where NodePorts are reached; null where it has none
 * @param ipv6 likewise
 * @param uplink its interface towards the client outside
 * @param client the in-cluster client
 * @param a the pod that Services lead to
 * @param b the pod that a changed Service leads to
 */
public record Worker(
    String plane,
    Node node,
    NodeKernel kernel,
    InetAddress ipv4,
    InetAddress ipv6,
    String uplink,
    WorkerPod client,
    WorkerPod a,
    WorkerPod b) {
  /** Its address of a family. */
  public InetAddress address(boolean v6) {
    return v6 ? ipv6 : ipv4;
  }
}
