package dev.shortpath.testbed.kube;

import dev.shortpath.harness.testbed.TestbedException;
import java.nio.file.Path;
import java.util.Optional;

/** A node of a cluster. */
public interface Node {
  /** As Kubernetes knows it. */
  String name();

  /**
   * A pod's cgroup on this machine; empty where the node is another machine.
   *
   * @param uid of the pod
   * @throws TestbedException when the node is of this machine and its pod is not to be found
   */
  Optional<Path> cgroupOf(String pod, String uid) throws TestbedException;
}
