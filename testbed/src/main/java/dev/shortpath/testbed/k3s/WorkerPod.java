package dev.shortpath.testbed.k3s;

import dev.shortpath.harness.testbed.Host;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.kube.Node;
import dev.shortpath.testbed.kube.PodRemote;
import dev.shortpath.testbed.kube.Pods;
import dev.shortpath.testbed.servicepath.ServiceGenerator;
import dev.shortpath.testbed.tool.Tools;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A pod on a worker.
 *
 * @param host with its addresses; commands by exec
 * @param network its network namespace, entered from this machine
 * @param cgroup on this machine
 */
record WorkerPod(Host host, ContainerNetwork network, Optional<Path> cgroup) {
  /** A pod that is ready. */
  static WorkerPod of(Pods pods, Node node, String role, Pod pod, Tools tools)
      throws TestbedException {
    String name = pod.getMetadata().getName();
    String uid = pod.getMetadata().getUid();
    PodRemote remote = new PodRemote(pods.client(), pods.namespace(), name);
    return new WorkerPod(
        new Host(role, Pods.address(pod, false), Pods.address(pod, true), remote),
        new ContainerNetwork(role, processOf(name, uid), tools),
        node.cgroupOf(name, uid));
  }

  /** A process of a pod, told by its cgroups, whose names have the pod's uid. */
  static long processOf(String pod, String uid) throws TestbedException {
    String other = uid.replace('-', '_');
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes
          .filter(path -> path.getFileName().toString().matches("[0-9]+"))
          .filter(path -> cgroups(path).contains(uid) || cgroups(path).contains(other))
          .map(path -> Long.parseLong(path.getFileName().toString()))
          .findFirst()
          .orElseThrow(
              () -> new TestbedException("pod " + pod + " has no process on this machine"));
    } catch (IOException e) {
      throw new TestbedException("/proc cannot be read: " + e.getMessage(), e);
    }
  }

  private static String cgroups(Path process) {
    try {
      return Files.readString(process.resolve("cgroup"));
    } catch (IOException e) {
      return ""; // it has just ended
    }
  }

  /** As an endpoint of Services. */
  ServiceGenerator.Backend backend() {
    return new ServiceGenerator.Backend(host.ipv4(), host.ipv6());
  }
}
