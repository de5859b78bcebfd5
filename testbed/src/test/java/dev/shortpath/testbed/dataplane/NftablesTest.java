package dev.shortpath.testbed.dataplane;

import dev.shortpath.harness.testbed.Command;
import java.time.Duration;

/** kube-proxy's nftables mode on real sockets. */
class NftablesTest extends RulesContract {
  @Override
  ServiceDataPlane dataPlane() {
    return new Nftables();
  }

  /**
   * Two thousand. The kernel looks for the sets of a table one by one, and each Service has sets: a
   * load of ten thousand in many transactions takes a minute on a busy machine, and {@code nft list
   * table} a quarter of a minute for each family. The tests of loading need a dozen of either.
   */
  @Override
  int reloaded() {
    return 2000;
  }

  @Override
  String kernelState() throws Exception {
    StringBuilder all = new StringBuilder();
    for (Family family : Family.values()) {
      Command list = Command.of("nft", "list", "table", family.nft, "kube-proxy");
      all.append(world.node.remote().feed(list, "", Duration.ofSeconds(120)).out());
    }
    return NftListing.sorted(all.toString());
  }
}
