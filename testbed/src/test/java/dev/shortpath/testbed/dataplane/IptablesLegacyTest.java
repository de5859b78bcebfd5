package dev.shortpath.testbed.dataplane;

/** kube-proxy's iptables mode on real sockets, by iptables-legacy. */
class IptablesLegacyTest extends RulesContract {
  @Override
  ServiceDataPlane dataPlane() {
    return new Iptables("legacy");
  }

  @Override
  String kernelState() throws Exception {
    return IptablesListing.of(world.node.remote(), "legacy");
  }
}
