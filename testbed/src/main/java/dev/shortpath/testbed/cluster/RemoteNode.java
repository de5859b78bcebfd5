package dev.shortpath.testbed.cluster;

import dev.shortpath.testbed.kube.Node;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A node that is known by the API server alone.
 *
 * @param name as Kubernetes knows it
 */
record RemoteNode(String name) implements Node {
  @Override
  public Optional<Path> cgroupOf(String pod, String uid) {
    return Optional.empty();
  }
}
