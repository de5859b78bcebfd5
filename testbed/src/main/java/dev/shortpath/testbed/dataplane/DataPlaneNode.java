package dev.shortpath.testbed.dataplane;

import dev.shortpath.testbed.remote.PlacedRemote;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;

/**
 * The node that a data plane serves. The node routes between its uplink and its pods' interfaces;
 * there is no bridge between pods.
 *
 * @param name for errors and logs
 * @param remote how to run commands in the node's network namespace, in a cgroup of the node
 * @param uplink name of the interface towards other nodes and clients
 * @param podInterfaces names of the node's ends of its pods' links
 * @param ipv4 the node's address, where NodePorts are reached
 * @param ipv6 likewise
 * @param podCidr4 addresses of the cluster's pods ({@code --cluster-cidr}); others are masqueraded
 *     where kube-proxy masquerades them
 * @param podCidr6 likewise
 * @param directory existing, of short path, for sockets and files of the data plane
 * @param logs existing directory for what its programs say
 */
public record DataPlaneNode(
    String name,
    PlacedRemote remote,
    String uplink,
    List<String> podInterfaces,
    InetAddress ipv4,
    InetAddress ipv6,
    String podCidr4,
    String podCidr6,
    Path directory,
    Path logs) {
  public DataPlaneNode {
    podInterfaces = List.copyOf(podInterfaces);
  }
}
