package dev.shortpath.testbed.dataplane;

import java.util.List;

/** A data plane's part of a load before the kernel's tool has a part in it: a pure function. */
public final class RuleCompiler {
  private RuleCompiler() {}

  /**
   * What a full load onto an empty node hands to the tools, in order.
   *
   * @param plane {@code iptables-legacy}, {@code iptables-nft} or {@code nftables}
   * @param node only its addresses matter
   * @throws IllegalArgumentException when the data plane has no rules
   */
  public static List<String> compile(String plane, DataPlaneNode node, List<ServicePort> services) {
    switch (plane) {
      case "nftables":
        return NftablesRules.load(node, services);
      case "iptables-legacy":
      case "iptables-nft":
        return Family.of(node).parallelStream()
            .map(family -> IptablesRules.load(family, node, services, List.of()))
            .toList();
      default:
        throw new IllegalArgumentException(plane + " has no rules");
    }
  }
}
