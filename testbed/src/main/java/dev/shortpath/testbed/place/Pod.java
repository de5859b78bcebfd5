package dev.shortpath.testbed.place;

import java.net.InetAddress;
import java.nio.file.Path;

/**
 * A pod: a network namespace on a veth into its node.
 *
 * @param name unique in the testbed, for example {@code client-ambient-1}
 * @param node where it runs
 * @param netns name of its network namespace
 * @param ipv4 its address
 * @param ipv6 its address
 */
public record Pod(String name, Node node, String netns, InetAddress ipv4, InetAddress ipv6) {
  /** The cgroup of the workload. */
  public Path appCgroup() {
    return node.cgroup().resolve(name).resolve("app");
  }

  /** The cgroup of the pod's own proxy. */
  public Path proxyCgroup() {
    return node.cgroup().resolve(name).resolve("proxy");
  }

  /** The cgroup of the process that keeps the namespace in use. */
  public Path pauseCgroup() {
    return node.cgroup().resolve(name).resolve("pause");
  }

  /** Who it is to the mesh: a SPIFFE identity. */
  public String identity() {
    return "spiffe://cluster.local/ns/shortpath/sa/" + name;
  }
}
