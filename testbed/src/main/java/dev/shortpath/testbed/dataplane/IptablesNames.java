package dev.shortpath.testbed.dataplane;

import java.util.ArrayList;
import java.util.List;

/**
 * Names of one Service's chains in kube-proxy's iptables mode, in one family
 * (pkg/proxy/iptables/proxier.go of Kubernetes v1.34.1, {@code portProtoHash}, {@code
 * servicePortEndpointChainName}).
 *
 * @param service whose
 * @param clusterIp its address as text
 * @param hash of its chains KUBE-SVC-, KUBE-SVL- and KUBE-EXT-
 * @param targets its endpoints in order
 */
record IptablesNames(
    ServicePort service, String clusterIp, String hash, List<Family.Target> targets)
    implements ServiceNames {
  private static final int HASH_DIGITS = 16;

  static IptablesNames of(ServicePort service, Family family, Hash hash) {
    return new IptablesNames(
        service,
        Family.text(family.clusterIp(service)),
        hash.of(service.id() + service.protocol().lower(), HASH_DIGITS),
        family.targets(service));
  }

  /** Chains of the endpoints, in order. */
  List<String> endpointChains(Hash hash) {
    String prefix = service.id() + service.protocol().lower();
    List<String> chains = new ArrayList<>(targets.size());
    for (Family.Target target : targets) {
      chains.add("KUBE-SEP-" + hash.of(prefix + target.socket(), HASH_DIGITS));
    }
    return chains;
  }

  /** All of its chains. */
  List<String> chains(Hash hash) {
    List<String> chains = new ArrayList<>();
    if (!targets.isEmpty()) {
      if (nodePort()) {
        chains.add("KUBE-EXT-" + this.hash);
      }
      chains.add("KUBE-SVC-" + this.hash);
      if (local() && locals() > 0) {
        chains.add("KUBE-SVL-" + this.hash);
      }
      chains.addAll(endpointChains(hash));
    }
    return chains;
  }
}
