package dev.shortpath.testbed.kube;

import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.shortcut.AgentStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The sockmap agent of one node, attached: a pod of {@link AgentDaemonSet}. */
final class NodeAgent {
  /** Succeeds as soon as it is attached, in its pod. */
  static final List<String> STATUS = List.of("/shortpath-agent", "status");

  private final Node node;
  private final String pod;
  private final PodRemote remote;
  private final Optional<Path> cgroup;
  private volatile long attachedAt;

  private NodeAgent(Pods pods, Node node, String pod, Optional<Path> cgroup) {
    this.node = node;
    this.pod = pod;
    this.remote = new PodRemote(pods.client(), pods.namespace(), pod);
    this.cgroup = cgroup;
  }

  static NodeAgent of(Pods pods, Node node, Pod pod) throws TestbedException {
    String name = pod.getMetadata().getName();
    return new NodeAgent(pods, node, name, node.cgroupOf(name, pod.getMetadata().getUid()));
  }

  Node node() {
    return node;
  }

  /** Its pod's name. */
  String pod() {
    return pod;
  }

  /** Its pod's on this machine; empty where its node is another. */
  Optional<Path> cgroup() {
    return cgroup;
  }

  /**
   * Its counters, of the time since it was attached.
   *
   * @throws TestbedException where it does not answer, or is not the one that answered before: the
   *     kubelet starts again what has ended, with counters of its own
   */
  Map<String, Long> counters() throws TestbedException, InterruptedException {
    String what = "the agent of node " + node.name();
    Result result;
    try {
      result = remote.once(Remote.SOON, STATUS.toArray(String[]::new));
    } catch (TestbedException e) {
      throw new TestbedException(what + " cannot be asked: " + e.getMessage(), e);
    }
    if (!result.ok()) {
      throw new TestbedException(what + " does not answer: " + result.lastWord());
    }
    try {
      long before = attachedAt;
      attachedAt = AgentStatus.attachedAt(result.out());
      if (before != 0 && before != attachedAt) {
        throw new TestbedException(what + " has ended in between, and its counts with it");
      }
      return AgentStatus.parse("agent." + node.name(), result.out());
    } catch (IOException e) {
      throw new TestbedException(what + " gave a status that is not JSON: " + e.getMessage(), e);
    }
  }
}
