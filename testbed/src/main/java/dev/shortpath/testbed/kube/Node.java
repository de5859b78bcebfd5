package dev.shortpath.testbed.kube;

import dev.shortpath.harness.testbed.TestbedException;
import java.nio.file.Path;
import java.util.Optional;

/** A node of a cluster. */
public interface Node {
  /** As Kubernetes knows it. */
  String name();

  /** Where cgroup2 is mounted on the node. */
  Path cgroup2();

  /** The directory there below which the node's pods run, and no other node's. */
  Path cgroup();

  /**
   * A pod's cgroup on this machine; empty where the node is another machine.
   *
   * @param uid of the pod
   * @throws TestbedException when the pod does not run below {@link #cgroup}
   */
  Optional<Path> cgroupOf(String pod, String uid) throws TestbedException;
}
