package dev.shortpath.testbed.place;

import java.nio.file.Path;

/**
 * A node: a network namespace that its pods' links lead to, and a cgroup for everything that runs
 * on it.
 *
 * @param name for example {@code n1}
 * @param netns name of its network namespace
 * @param cgroup its directory; programs run in directories below it
 */
public record Node(String name, String netns, Path cgroup) {
  /** The cgroup of the node's own proxy. */
  public Path proxyCgroup() {
    return cgroup.resolve("proxy");
  }

  /** The cgroup of the process that keeps the namespace in use. */
  public Path pauseCgroup() {
    return cgroup.resolve("pause");
  }
}
