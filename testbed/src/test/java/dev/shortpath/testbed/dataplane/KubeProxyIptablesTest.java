package dev.shortpath.testbed.dataplane;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import java.util.List;

/** A real kube-proxy in iptables mode, on real sockets. */
class KubeProxyIptablesTest extends KubeProxyContract {
  @Override
  String name() {
    return "iptables-nft";
  }

  /** Without what is the kubelet's, and without the order of chains that have none. */
  @Override
  String kernelState() throws Exception {
    StringBuilder all = new StringBuilder();
    for (String family : List.of("iptables", "ip6tables")) {
      Command save = Command.of(family + "-nft-save");
      RuleListing.ofIptables(family, cluster.node().remote().run(save, Remote.SOON).out())
          .lines()
          .stream()
          .filter(
              line -> line.matches("\\S+ (nat|filter) KUBE-(SVC|SVL|EXT|SEP|SERV|NODE|EXTERNAL).*"))
          .sorted()
          .forEach(line -> all.append(line).append('\n'));
    }
    return all.toString();
  }
}
