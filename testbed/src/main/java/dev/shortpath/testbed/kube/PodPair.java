package dev.shortpath.testbed.kube;

import dev.shortpath.harness.testbed.Host;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.path.InterfaceCounters;
import dev.shortpath.testbed.path.Leg;
import dev.shortpath.testbed.path.Route;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A client pod and a server pod that talk to each other.
 *
 * @param client where the workload's client runs
 * @param server where the workload's server runs
 */
record PodPair(Member client, Member server) {
  /**
   * One of the two.
   *
   * @param host with its addresses
   * @param node where it runs
   * @param name of the pod
   * @param cgroup of the pod on this machine; empty where its node is another
   */
  record Member(Host host, Node node, String name, Optional<Path> cgroup) {
    static Member of(Pods pods, Node node, String role, Pod pod) throws TestbedException {
      String name = pod.getMetadata().getName();
      PodRemote remote = new PodRemote(pods.client(), pods.namespace(), name);
      Host host = new Host(role, Pods.address(pod, false), Pods.address(pod, true), remote);
      return new Member(host, node, name, node.cgroupOf(name, pod.getMetadata().getUid()));
    }

    private String counters() {
      return "net." + name;
    }

    /** Packets and bytes of its interfaces. */
    Map<String, Long> interfaces() throws TestbedException, InterruptedException {
      return InterfaceCounters.parse(counters(), host.remote().read("/proc/net/dev"));
    }
  }

  /** The nodes, each once. */
  List<Node> nodes() {
    return client.node().equals(server.node())
        ? List.of(client.node())
        : List.of(client.node(), server.node());
  }

  /** One connection, and every packet of it crosses both pods' interfaces. */
  Route route(int port) {
    List<String> interfaces = List.of(client.counters() + ".eth0", server.counters() + ".eth0");
    Leg leg =
        new Leg(
            "client → server", port, client.node().name(), server.node().name(), interfaces, null);
    return new Route(List.of(leg), List.of());
  }
}
