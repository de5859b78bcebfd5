package dev.shortpath.testbed.place;

import java.net.InetAddress;
import java.nio.file.Path;

/**
 * A host outside of the cluster: a client, a router. A network namespace and a cgroup.
 *
 * @param name for example {@code client}
 * @param netns name of its network namespace
 * @param cgroup its directory; programs run in directories below it
 * @param ipv4 its address
 * @param ipv6 its address
 */
public record ExternalHost(
    String name, String netns, Path cgroup, InetAddress ipv4, InetAddress ipv6) {
  /** The cgroup of the workload. */
  public Path appCgroup() {
    return cgroup.resolve("app");
  }

  /** The cgroup of the process that keeps the namespace in use. */
  public Path pauseCgroup() {
    return cgroup.resolve("pause");
  }
}
