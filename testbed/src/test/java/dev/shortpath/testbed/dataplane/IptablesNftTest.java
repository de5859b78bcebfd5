package dev.shortpath.testbed.dataplane;

/** kube-proxy's iptables mode on real sockets, by iptables-nft. */
class IptablesNftTest extends RulesContract {
  @Override
  ServiceDataPlane dataPlane() {
    return new Iptables("nft");
  }

  @Override
  String kernelState() throws Exception {
    return IptablesListing.of(world.node.remote(), "nft");
  }
}
