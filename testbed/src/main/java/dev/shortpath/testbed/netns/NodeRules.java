package dev.shortpath.testbed.netns;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.dataplane.DataPlaneNode;
import dev.shortpath.testbed.dataplane.Protocol;
import dev.shortpath.testbed.dataplane.RunningDataPlane;
import dev.shortpath.testbed.dataplane.ServiceDataPlane;
import dev.shortpath.testbed.place.Node;
import dev.shortpath.testbed.place.Site;
import dev.shortpath.testbed.place.Sysctls;
import dev.shortpath.testbed.servicepath.ServiceGenerator;
import java.net.InetAddress;
import java.util.List;

/**
 * What a Kubernetes node does with every packet between its pods: the bridge hands it to the packet
 * filters ({@code bridge-nf-call-iptables}, which Services need), where kube-proxy's rules and
 * connection tracking meet it.
 */
final class NodeRules {
  private static final String CALLS = "/proc/sys/net/bridge/bridge-nf-call-iptables";

  private NodeRules() {}

  /**
   * Gives a node the rules of one Service.
   *
   * @throws TestbedException when the kernel's bridge cannot call them, or a tool fails
   */
  static RunningDataPlane lay(Site site, Node node, int number, ServiceDataPlane plane)
      throws TestbedException, InterruptedException {
    new Batches(site).sysctl(node.name(), node.netns(), Sysctls.BRIDGED);
    Result calls = site.admin(node.name(), node.netns()).run(Command.of("cat", CALLS), Remote.SOON);
    if (!calls.out().strip().equals("1")) {
      throw new TestbedException(
          "node "
              + node.name()
              + ": the kernel's bridge does not call packet filters: modprobe br_netfilter, or leave "
              + PodsParameters.NODE_RULES
              + " out");
    }
    InetAddress ipv4 = Addresses.literal(Addresses.gateway4(number));
    InetAddress ipv6 = Addresses.literal(Addresses.gateway6(number));
    RunningDataPlane running =
        plane.start(
            new DataPlaneNode(
                node.name(),
                site.proxy(node),
                Network.BRIDGE,
                List.of(),
                ipv4,
                ipv6,
                Addresses.PODS4,
                Addresses.PODS6,
                StateDirectory.within(site, "rules-" + node.name()),
                site.logs()),
            site.tools());
    var here = List.of(new ServiceGenerator.Backend(ipv4, ipv6));
    running.load(new ServiceGenerator(Protocol.TCP, 0, false, 0, here).services(1));
    return running;
  }
}
