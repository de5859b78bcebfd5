package dev.shortpath.testbed.dataplane;

/** kube-proxy's iptables mode on real sockets, by iptables-nft. */
class IptablesNftTest extends ServiceDataPlaneContract {
  @Override
  ServiceDataPlane dataPlane() {
    return new Iptables("nft");
  }

  /** Two thousand: each restore reads all of the kernel's rules back first, which takes seconds. */
  @Override
  int reloaded() {
    return 2000;
  }

  @Override
  String kernelState() throws Exception {
    return IptablesListing.of(world.node.remote(), "nft");
  }
}
