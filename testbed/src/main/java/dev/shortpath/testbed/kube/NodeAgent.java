package dev.shortpath.testbed.kube;

import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.shortcut.AgentStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The sockmap agent of one node, a pod there, which serves the workload's port alone: Kubernetes'
 * own connections are none of the experiment's business. It is ready when it is attached.
 */
final class NodeAgent {
  private final Pods pods;
  private final Node node;
  private final String name;

  NodeAgent(Pods pods, Node node) {
    this.pods = pods;
    this.node = node;
    this.name = name(node);
  }

  /** The name of its pod. */
  static String name(Node node) {
    return "agent-" + node.name();
  }

  void create(PodManifests manifests, int port) throws TestbedException, InterruptedException {
    pods.create(manifests.agent(name, node.name(), port));
  }

  /**
   * Waits until it is attached.
   *
   * @return its cgroup on this machine; empty where its node is another
   */
  Optional<Path> awaitAttached(Images images) throws TestbedException, InterruptedException {
    Pod pod = pods.awaitReady(name);
    images.check(images.agent(), pod);
    return node.cgroupOf(name, pod.getMetadata().getUid());
  }

  String node() {
    return node.name();
  }

  Map<String, Long> counters() throws TestbedException, InterruptedException {
    String what = "the agent of node " + node.name();
    PodRemote remote = new PodRemote(pods.client(), pods.namespace(), name);
    Result result;
    try {
      result = remote.once(Remote.SOON, "/shortpath-agent", "status", "--name", name);
    } catch (TestbedException e) {
      throw new TestbedException(what + " cannot be asked: " + e.getMessage(), e);
    }
    if (!result.ok()) {
      throw new TestbedException(what + " does not answer: " + result.lastWord());
    }
    try {
      return AgentStatus.parse("agent." + node.name(), result.out());
    } catch (IOException e) {
      throw new TestbedException(what + " gave a status that is not JSON: " + e.getMessage(), e);
    }
  }

  /** Detaches it and waits until it is gone. */
  void remove() throws TestbedException, InterruptedException {
    pods.delete(name);
  }
}
