package dev.shortpath.testbed.dataplane;

import dev.shortpath.harness.testbed.Command;
import java.time.Duration;

/** kube-proxy's nftables mode on real sockets. */
class NftablesTest extends ServiceDataPlaneContract {
  @Override
  ServiceDataPlane dataPlane() {
    return new Nftables();
  }

  @Override
  String kernelState() throws Exception {
    StringBuilder all = new StringBuilder();
    for (Family family : Family.values()) {
      Command list = Command.of("nft", "list", "table", family.nft, "kube-proxy");
      all.append(world.node.remote().feed(list, "", Duration.ofSeconds(60)).out());
    }
    return NftListing.sorted(all.toString());
  }
}
