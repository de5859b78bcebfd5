package dev.shortpath.testbed.kube.servicepath;

import dev.shortpath.harness.testbed.Host;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.kube.Node;
import dev.shortpath.testbed.kube.PodRemote;
import dev.shortpath.testbed.kube.Pods;
import dev.shortpath.testbed.path.ProcNet;
import dev.shortpath.testbed.servicepath.ServiceGenerator;
import io.fabric8.kubernetes.api.model.Pod;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A pod on a worker.
 *
 * @param host with its addresses; commands by exec
 * @param proc its interfaces
 * @param cgroup on this machine; empty where it is on another
 */
public record WorkerPod(Host host, ProcNet proc, Optional<Path> cgroup) {
  /** A pod that is ready. */
  static WorkerPod of(Pods pods, Node node, String role, Pod pod, ProcNet proc)
      throws TestbedException {
    String name = pod.getMetadata().getName();
    PodRemote remote = new PodRemote(pods.client(), pods.namespace(), name);
    return new WorkerPod(
        new Host(role, Pods.address(pod, false), Pods.address(pod, true), remote),
        proc,
        node.cgroupOf(name, pod.getMetadata().getUid()));
  }

  /** Those that it has. */
  List<InetAddress> addresses() {
    List<InetAddress> own = new ArrayList<>();
    own.add(host.ipv4());
    own.add(host.ipv6());
    own.removeIf(Objects::isNull);
    return own;
  }

  /** As an endpoint of Services of these families. */
  ServiceGenerator.Backend backend(boolean ipv4, boolean ipv6) {
    return new ServiceGenerator.Backend(ipv4 ? host.ipv4() : null, ipv6 ? host.ipv6() : null);
  }
}
