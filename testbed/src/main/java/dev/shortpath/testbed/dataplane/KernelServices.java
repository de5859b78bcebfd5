package dev.shortpath.testbed.dataplane;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.remote.PlacedRemote;
import java.util.List;
import java.util.Map;

/** The Services that a node's kernel holds in rules, whoever wrote them. */
public interface KernelServices {
  /**
   * Those of a data plane of rules, in kube-proxy's layout.
   *
   * @param plane its name
   * @param node where the kernel's own tools run
   * @throws TestbedException when there is no such data plane of rules
   */
  static KernelServices of(String plane, PlacedRemote node) throws TestbedException {
    KernelTool tool = new KernelTool(node);
    return switch (plane) {
      case "iptables-legacy" -> new IptablesKernel(tool, "legacy");
      case "iptables-nft" -> new IptablesKernel(tool, "nft");
      case "nftables" -> new NftablesKernel(tool);
      default -> throw new TestbedException("data plane " + plane + " has no rules to be read");
    };
  }

  /** Starts to count flows that are given an endpoint, as every data plane of rules does. */
  static FlowCounter flows(PlacedRemote node) throws TestbedException, InterruptedException {
    Translations translations = new Translations(new KernelTool(node));
    translations.start();
    return translations::read;
  }

  /** Flows that were given an endpoint since the start, by {@code translated.FAMILY}. */
  @FunctionalInterface
  interface FlowCounter {
    Map<String, Long> read() throws TestbedException, InterruptedException;
  }

  /**
   * ClusterIPs with a way to an endpoint or to a refusal, each {@code address protocol port}; in
   * the order in which a packet meets them, where there is an order.
   */
  List<String> clusterIps(Family family) throws TestbedException, InterruptedException;

  /** Those of them that lead to an endpoint. */
  List<String> endpointIps(Family family) throws TestbedException, InterruptedException;

  /** How a Service's ClusterIP is written in these lists. */
  static String key(ServicePort service, Family family) {
    return Family.text(family.clusterIp(service))
        + " "
        + service.protocol().lower()
        + " "
        + service.port();
  }

  /** NodePorts likewise, each {@code protocol port}; one may be there twice. */
  List<String> nodePorts(Family family) throws TestbedException, InterruptedException;

  /** Whether a Service's ClusterIP leads to its endpoints, all of them and no others. */
  boolean leads(ServicePort service, Family family) throws TestbedException, InterruptedException;

  /** Whether a command of the kernel's tools succeeds, and its output. */
  static String orNothing(KernelTool tool, Command command) throws InterruptedException {
    try {
      return tool.run(command);
    } catch (TestbedException e) {
      return ""; // there is no such chain
    }
  }
}
