package dev.shortpath.testbed.dataplane;

import java.util.List;
import java.util.Locale;

/**
 * Chains of one Service in kube-proxy's iptables mode (pkg/proxy/iptables/proxier.go of Kubernetes
 * v1.34.1, {@code syncProxyRules} and {@code writeServiceToEndpointRules}).
 *
 * @param podCidr whoever is in it is a pod
 * @param comments whether endpoints' rules carry comments: not in large clusters
 * @param hash for names
 * @param chains to which the lines go that declare chains
 * @param rules to which rules go
 */
record IptablesChains(
    String podCidr, boolean comments, Hash hash, StringBuilder chains, StringBuilder rules) {
  void write(IptablesNames names) {
    if (names.targets().isEmpty()) {
      return;
    }
    String service = "KUBE-SVC-" + names.hash();
    String id = names.service().id();
    String protocol = names.service().protocol().lower();
    rule(service).append("-m comment --comment \"").append(id).append(" cluster IP\" -m ");
    rules.append(protocol).append(" -p ").append(protocol).append(" -d ");
    rules.append(names.clusterIp()).append(" --dport ").append(names.service().port());
    rules.append(" ! -s ").append(podCidr).append(" -j KUBE-MARK-MASQ\n");
    if (names.nodePort()) {
      external(names, service);
    }
    List<String> endpoints = names.endpointChains(hash);
    spread(names, service, names.targets().size(), false, endpoints);
    int local = names.local() ? names.locals() : 0;
    if (local > 0) {
      spread(names, "KUBE-SVL-" + names.hash(), local, true, endpoints);
    }
    for (int i = 0; i < endpoints.size(); i++) {
      endpoint(names, names.targets().get(i), endpoints.get(i));
    }
  }

  private void external(IptablesNames names, String service) {
    String chain = "KUBE-EXT-" + names.hash();
    String id = names.service().id();
    declare(chain);
    if (!names.local()) {
      rule(chain).append("-m comment --comment \"masquerade traffic for ").append(id);
      rules.append(" external destinations\" -j KUBE-MARK-MASQ\n");
    } else {
      rule(chain).append("-m comment --comment \"pod traffic for ").append(id);
      rules.append(" external destinations\" -s ").append(podCidr);
      rules.append(" -j ").append(service).append('\n');
      rule(chain).append("-m comment --comment \"masquerade LOCAL traffic for ").append(id);
      rules.append(" external destinations\" -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ\n");
      rule(chain).append("-m comment --comment \"route LOCAL traffic for ").append(id);
      rules.append(" external destinations\" -m addrtype --src-type LOCAL -j ");
      rules.append(service).append('\n');
    }
    if (names.external()) {
      rule(chain).append("-j ");
      rules.append(names.local() ? "KUBE-SVL-" + names.hash() : service).append('\n');
    }
  }

  /** Leads to {@code count} endpoints: all, or those of this node alone. */
  private void spread(
      IptablesNames names, String chain, int count, boolean localOnly, List<String> endpoints) {
    declare(chain);
    List<Family.Target> targets = names.targets();
    if (names.sticky()) {
      for (int i = 0; i < targets.size(); i++) {
        if (!localOnly || targets.get(i).local()) {
          rule(chain);
          comment(names, targets.get(i));
          rules.append("-m recent --name ").append(endpoints.get(i));
          rules.append(" --rcheck --seconds ").append(names.service().affinitySeconds());
          rules.append(" --reap -j ").append(endpoints.get(i)).append('\n');
        }
      }
    }
    int left = count;
    for (int i = 0; i < targets.size(); i++) {
      if (!localOnly || targets.get(i).local()) {
        rule(chain);
        comment(names, targets.get(i));
        if (left > 1) {
          rules.append("-m statistic --mode random --probability ");
          rules.append(probability(left)).append(' ');
        }
        left--;
        rules.append("-j ").append(endpoints.get(i)).append('\n');
      }
    }
  }

  /** One in {@code n}, with ten decimals. */
  static String probability(int n) {
    return String.format(Locale.ROOT, "%.10f", 1.0 / n);
  }

  private void endpoint(IptablesNames names, Family.Target target, String chain) {
    String protocol = names.service().protocol().lower();
    declare(chain);
    rule(chain);
    idComment(names);
    rules.append("-s ").append(target.ip()).append(" -j KUBE-MARK-MASQ\n");
    rule(chain);
    idComment(names);
    if (names.sticky()) {
      rules.append("-m recent --name ").append(chain).append(" --set ");
    }
    rules.append("-m ").append(protocol).append(" -p ").append(protocol);
    rules.append(" -j DNAT --to-destination ").append(target.socket()).append('\n');
  }

  private void comment(IptablesNames names, Family.Target target) {
    if (comments) {
      rules.append("-m comment --comment \"").append(names.service().id()).append(" -> ");
      rules.append(target.socket()).append("\" ");
    }
  }

  private void idComment(IptablesNames names) {
    if (comments) {
      rules.append("-m comment --comment ").append(names.service().id()).append(' ');
    }
  }

  private void declare(String chain) {
    chains.append(':').append(chain).append(" - [0:0]\n");
  }

  private StringBuilder rule(String chain) {
    return rules.append("-A ").append(chain).append(' ');
  }
}
