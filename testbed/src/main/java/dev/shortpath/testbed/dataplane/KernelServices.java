package dev.shortpath.testbed.dataplane;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.TestbedException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/** The Services that a node's kernel holds in rules, whoever wrote them. */
public interface KernelServices {
  /**
   * Those of a data plane of rules, in kube-proxy's layout.
   *
   * @param plane its name
   * @param place name of the node, for messages
   * @param node where the kernel's own tools run
   * @throws TestbedException when there is no such data plane of rules
   */
  static KernelServices of(String plane, String place, Remote node) throws TestbedException {
    NodeTools tool = NodeTools.of(place, node);
    return switch (plane) {
      case "iptables-legacy" -> new IptablesKernel(tool, "legacy");
      case "iptables-nft" -> new IptablesKernel(tool, "nft");
      case "nftables" -> new NftablesKernel(tool);
      default -> throw new TestbedException("data plane " + plane + " has no rules to be read");
    };
  }

  /**
   * Starts to count flows that are given an endpoint, as every data plane of rules does.
   *
   * @param place name of the node, for messages
   * @param table that counts them, of family inet; it stays until somebody deletes it
   * @param endpoints that count
   */
  static FlowCounter flows(String place, Remote node, String table, List<InetAddress> endpoints)
      throws TestbedException, InterruptedException {
    Translations translations = new Translations(NodeTools.of(place, node), table, endpoints);
    translations.start();
    return translations::read;
  }

  /** Rules for nft that leave no such table of {@link #flows}, whether there is one or not. */
  static String without(String table) {
    return "add table inet %1$s\ndelete table inet %1$s\n".formatted(table);
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
  static String orNothing(NodeTools tool, Command command) throws InterruptedException {
    try {
      return tool.run(command);
    } catch (TestbedException e) {
      return ""; // there is no such chain
    }
  }
}
