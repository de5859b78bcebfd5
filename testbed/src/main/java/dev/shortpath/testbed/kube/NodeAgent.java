package dev.shortpath.testbed.kube;

import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.shortcut.AgentStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The sockmap agent of one node, a pod there. It is attached to the node's own cgroup, because
 * several nodes share a kernel, and serves the workload's port alone: Kubernetes' own connections
 * are none of the experiment's business. It is ready when it is attached.
 */
final class NodeAgent {
  private final Pods pods;
  private final Node node;
  private final String name;

  NodeAgent(Pods pods, Node node) {
    this.pods = pods;
    this.node = node;
    this.name = "agent-" + node.name();
  }

  void create(String image, int port) throws TestbedException, InterruptedException {
    pods.create(manifest(image, port));
  }

  /**
   * Waits until it is attached.
   *
   * @return its cgroup on this machine; empty where its node is another
   */
  Optional<Path> awaitAttached() throws TestbedException, InterruptedException {
    Pod pod = pods.awaitReady(name);
    return node.cgroupOf(name, pod.getMetadata().getUid());
  }

  /**
   * What it needs and no more: the kernel wants CAP_SYS_ADMIN where CAP_BPF cannot be had (Docker
   * 20.10 knows no such name), and CAP_NET_ADMIN for programs on sockets; the cgroups are only
   * opened, so they are mounted read-only.
   */
  private Pod manifest(String image, int port) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withNodeName(node.name())
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withTerminationGracePeriodSeconds(5L)
        .withRestartPolicy("Never")
        .addNewContainer()
        .withName("agent")
        .withImage(image)
        .withImagePullPolicy("Never")
        .withArgs(
            "attach",
            "--name",
            name,
            "--cgroup",
            node.cgroup().toString(),
            "--ports",
            Integer.toString(port))
        .withNewReadinessProbe()
        .withPeriodSeconds(1)
        .withNewExec()
        .withCommand("/shortpath-agent", "status", "--name", name)
        .endExec()
        .endReadinessProbe()
        .withNewSecurityContext()
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .addToDrop("ALL")
        .addToAdd("SYS_ADMIN", "NET_ADMIN")
        .endCapabilities()
        .endSecurityContext()
        .addNewVolumeMount()
        .withName("cgroup2")
        .withMountPath(node.cgroup2().toString())
        .withReadOnly(true)
        .endVolumeMount()
        .endContainer()
        .addNewVolume()
        .withName("cgroup2")
        .withNewHostPath()
        .withPath(node.cgroup2().toString())
        .withType("Directory")
        .endHostPath()
        .endVolume()
        .endSpec()
        .build();
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
