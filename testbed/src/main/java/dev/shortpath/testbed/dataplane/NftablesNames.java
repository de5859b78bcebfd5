package dev.shortpath.testbed.dataplane;

import java.util.ArrayList;
import java.util.List;

/**
 * What one Service has in kube-proxy's nftables table of one family: names of chains and sets, and
 * elements of maps (pkg/proxy/nftables/proxier.go of Kubernetes v1.34.1, {@code
 * servicePortChainNameBase}, {@code servicePortEndpointChainNameBase}, {@code syncProxyRules}).
 *
 * @param service whose
 * @param clusterIp its address as text
 * @param base {@code HASH-namespace/name/protocol/port}
 * @param targets its endpoints in order
 * @param bases {@code HASH-namespace/name/protocol/port__address/port} of each
 */
record NftablesNames(
    ServicePort service,
    String clusterIp,
    String base,
    List<Family.Target> targets,
    List<String> bases)
    implements ServiceNames {
  /** Longest name of the kernel (256 with its end, less the 16 of the longest prefix). */
  private static final int LONGEST = 240;

  private static final int HASH_DIGITS = 8;

  static NftablesNames of(ServicePort service, Family family, Hash hash) {
    String name =
        service.namespace()
            + "/"
            + service.name()
            + "/"
            + service.protocol().lower()
            + "/"
            + service.portName();
    List<Family.Target> targets = family.targets(service);
    List<String> bases = new ArrayList<>(targets.size());
    for (Family.Target target : targets) {
      bases.add(hashed(hash, name + "__" + target.ip().replace(':', '.') + "/" + target.port()));
    }
    String clusterIp = Family.text(family.clusterIp(service));
    return new NftablesNames(service, clusterIp, hashed(hash, name), targets, bases);
  }

  private static String hashed(Hash hash, String name) {
    String full = hash.of(name, HASH_DIGITS) + "-" + name;
    return full.length() > LONGEST ? full.substring(0, LONGEST - 3) + "..." : full;
  }

  /** An element of a map or, without {@code verdict}, of a set. */
  record Element(String container, String key, String verdict, String comment) {}

  /** All of its chains. */
  List<String> chains() {
    List<String> chains = new ArrayList<>();
    if (!targets.isEmpty()) {
      bases.forEach(endpoint -> chains.add("endpoint-" + endpoint));
      chains.add("service-" + base);
      if (local() && locals() > 0) {
        chains.add("local-" + base);
      }
      if (nodePort()) {
        chains.add("external-" + base);
      }
    }
    return chains;
  }

  /** Its affinity sets. */
  List<String> sets() {
    return sticky() ? bases.stream().map(endpoint -> "affinity-" + endpoint).toList() : List.of();
  }

  /** Its elements, without that of the shared set of ClusterIPs. */
  List<Element> elements() {
    List<Element> elements = new ArrayList<>(3);
    String protocol = service.protocol().lower();
    String inside = clusterIp + " . " + protocol + " . " + service.port();
    boolean any = !targets.isEmpty();
    if (any) {
      elements.add(new Element("service-ips", inside, "goto service-" + base, null));
    } else {
      elements.add(new Element("no-endpoint-services", inside, "goto reject-chain", service.id()));
    }
    if (nodePort()) {
      String outside = protocol + " . " + service.nodePort();
      if (any) {
        elements.add(new Element("service-nodeports", outside, "goto external-" + base, null));
      }
      if (!external()) {
        String verdict = any ? "drop" : "goto reject-chain";
        elements.add(new Element("no-endpoint-nodeports", outside, verdict, service.id()));
      }
    }
    return elements;
  }
}
