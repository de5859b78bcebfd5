package dev.shortpath.testbed.dataplane;

import dev.shortpath.harness.testbed.Command;
import java.time.Duration;
import java.util.Set;

/** A real kube-proxy in nftables mode, on real sockets. */
class KubeProxyNftablesTest extends KubeProxyContract {
  @Override
  String name() {
    return "nftables";
  }

  /** It drops what is for an address of the Services' range that no Service has. */
  @Override
  Set<String> unknown() {
    return Set.of("TIMEOUT");
  }

  /** Without chains that are empty: kube-proxy deletes them a sync later. */
  @Override
  String kernelState() throws Exception {
    StringBuilder all = new StringBuilder();
    for (Family family : Family.values()) {
      Command list = Command.of("nft", "list", "table", family.nft, "kube-proxy");
      RuleListing.ofNft(family.nft, cluster.node().remote().run(list, Duration.ofSeconds(60)).out())
          .lines()
          .stream()
          .filter(line -> line.contains(": "))
          .sorted()
          .forEach(line -> all.append(line).append('\n'));
    }
    return all.toString();
  }
}
