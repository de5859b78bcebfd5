package dev.shortpath.testbed.dataplane;

import java.util.List;

/**
 * Rules of one Service's chains (pkg/proxy/nftables/proxier.go of Kubernetes v1.34.1, {@code
 * syncProxyRules} and {@code writeServiceToEndpointRules}).
 *
 * @param family of the table
 * @param podCidr whoever is in it is a pod
 * @param names of the Service
 * @param out to which the commands go
 */
record NftablesChains(Family family, String podCidr, NftablesNames names, StringBuilder out) {
  void write() {
    if (names.targets().isEmpty()) {
      return;
    }
    String service = "service-" + names.base();
    rule(service).append(family.nft).append(" daddr ").append(names.clusterIp());
    out.append(' ').append(family.nft).append(" saddr != ").append(podCidr);
    out.append(" jump mark-for-masquerade\n");
    if (names.nodePort()) {
      external(service);
    }
    spread(service, names.targets().size(), false);
    int local = names.local() ? names.locals() : 0;
    if (local > 0) {
      spread("local-" + names.base(), local, true);
    }
    for (int i = 0; i < names.targets().size(); i++) {
      endpoint(names.targets().get(i), names.bases().get(i));
    }
  }

  private void external(String service) {
    String chain = "external-" + names.base();
    if (!names.local()) {
      rule(chain).append("jump mark-for-masquerade\n");
    } else {
      rule(chain).append(family.nft).append(" saddr ").append(podCidr).append(" goto ");
      out.append(service).append(" comment \"short-circuit pod traffic\"\n");
      rule(chain).append("fib saddr type local jump mark-for-masquerade");
      out.append(" comment \"masquerade local traffic\"\n");
      rule(chain).append("fib saddr type local goto ").append(service);
      out.append(" comment \"short-circuit local traffic\"\n");
    }
    if (names.external()) {
      rule(chain).append("goto ").append(names.local() ? "local-" + names.base() : service);
      out.append('\n');
    }
  }

  /** Leads to {@code count} endpoints: all, or those of this node alone. */
  private void spread(String chain, int count, boolean localOnly) {
    List<Family.Target> targets = names.targets();
    if (names.sticky()) {
      for (int i = 0; i < targets.size(); i++) {
        if (!localOnly || targets.get(i).local()) {
          rule(chain).append(family.nft).append(" saddr @affinity-").append(names.bases().get(i));
          out.append(" goto endpoint-").append(names.bases().get(i)).append('\n');
        }
      }
    }
    rule(chain).append("numgen random mod ").append(count).append(" vmap {");
    int n = 0;
    for (int i = 0; i < targets.size(); i++) {
      if (!localOnly || targets.get(i).local()) {
        out.append(n == 0 ? " " : " , ").append(n++).append(" : goto endpoint-");
        out.append(names.bases().get(i));
      }
    }
    out.append(" }\n");
  }

  private void endpoint(Family.Target target, String base) {
    String chain = "endpoint-" + base;
    rule(chain).append(family.nft).append(" saddr ").append(target.ip());
    out.append(" jump mark-for-masquerade\n");
    if (names.sticky()) {
      rule(chain).append("update @affinity-").append(base);
      out.append(" { ").append(family.nft).append(" saddr }\n");
    }
    rule(chain).append("meta l4proto ").append(names.service().protocol().lower());
    out.append(" dnat to ").append(target.socket()).append('\n');
  }

  private StringBuilder rule(String chain) {
    return out.append("add rule ")
        .append(family.nft)
        .append(" kube-proxy ")
        .append(chain)
        .append(' ');
  }
}
