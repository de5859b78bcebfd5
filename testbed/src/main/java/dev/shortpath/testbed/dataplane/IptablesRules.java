package dev.shortpath.testbed.dataplane;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Text for {@code iptables-restore --noflush} in the layout of kube-proxy's iptables mode, from
 * Services alone: a pure function. Layout, names and order follow pkg/proxy/iptables/proxier.go of
 * Kubernetes v1.34.1 ({@code syncProxyRules}); {@code docs/service-data-planes.md} lists where the
 * two differ.
 *
 * <p>As kube-proxy's, every text holds the dispatch chains with a rule for every Service; the
 * chains of Services that have not changed are left out of a partial one.
 */
final class IptablesRules {
  /** More endpoints than this make a large cluster, whose endpoints' rules have no comments. */
  static final int LARGE = 1000;

  private final Family family;
  private final DataPlaneNode node;
  private final Hash hash = new Hash();
  private final StringBuilder filter = new StringBuilder();
  private final StringBuilder chains = new StringBuilder();
  private final StringBuilder rules;
  private final Set<String> declared = new HashSet<>();

  private IptablesRules(Family family, DataPlaneNode node, int services) {
    this.family = family;
    this.node = node;
    this.rules = new StringBuilder(4096 + 512 * services);
  }

  /** All chains anew; those of {@code before} that are not used any more are deleted. */
  static String load(
      Family family, DataPlaneNode node, List<ServicePort> now, List<ServicePort> before) {
    return new IptablesRules(family, node, now.size()).text(now, now, before);
  }

  /** The dispatch chains, and the chains of Services that differ. */
  static String update(
      Family family, DataPlaneNode node, List<ServicePort> now, List<ServicePort> before) {
    if (large(now, family) != large(before, family)) {
      return load(family, node, now, before);
    }
    ServiceChanges changes = ServiceChanges.between(before, now);
    return changes.isEmpty()
        ? ""
        : new IptablesRules(family, node, now.size()).text(now, changes.fresh(), changes.stale());
  }

  private static boolean large(Collection<ServicePort> services, Family family) {
    int endpoints = 0;
    for (ServicePort service : services) {
      endpoints += family.clusterIp(service) == null ? 0 : family.targets(service).size();
    }
    return endpoints > LARGE;
  }

  private String text(
      List<ServicePort> now, Collection<ServicePort> fresh, Collection<ServicePort> stale) {
    IptablesLayout.top(family, filter, chains, rules);
    Set<ServicePort> written = fresh == now ? null : new HashSet<>(fresh);
    IptablesChains own =
        new IptablesChains(family.podCidr(node), !large(now, family), hash, chains, rules);
    for (ServicePort service : now) {
      if (family.clusterIp(service) != null) {
        IptablesNames names = IptablesNames.of(service, family, hash);
        dispatch(names);
        if (written == null || written.contains(service)) {
          own.write(names);
          declared.addAll(names.chains(hash));
        }
      }
    }
    delete(stale);
    IptablesLayout.bottom(family, filter, rules);
    return "*filter\n" + filter + "COMMIT\n*nat\n" + chains + rules + "COMMIT\n";
  }

  private void delete(Collection<ServicePort> stale) {
    for (ServicePort service : stale) {
      if (family.clusterIp(service) != null) {
        for (String chain : IptablesNames.of(service, family, hash).chains(hash)) {
          if (declared.add(chain)) {
            chains.append(':').append(chain).append(" - [0:0]\n");
            rules.append("-X ").append(chain).append('\n');
          }
        }
      }
    }
  }

  /** Rules that lead to a Service, or refuse what is for it. */
  private void dispatch(IptablesNames names) {
    boolean any = !names.targets().isEmpty();
    String id = names.service().id();
    if (any) {
      rules.append("-A KUBE-SERVICES -m comment --comment \"").append(id).append(" cluster IP\"");
      to(rules, names, names.service().port(), names.clusterIp());
      rules.append("KUBE-SVC-").append(names.hash()).append('\n');
    } else {
      filter.append("-A KUBE-SERVICES -m comment --comment \"").append(id);
      filter.append(" has no endpoints\"");
      to(filter, names, names.service().port(), names.clusterIp()).append("REJECT\n");
    }
    if (!names.nodePort()) {
      return;
    }
    if (any) {
      rules.append("-A KUBE-NODEPORTS -m comment --comment ").append(id);
      to(rules, names, names.service().nodePort(), null);
      rules.append("KUBE-EXT-").append(names.hash()).append('\n');
    }
    if (!names.external()) {
      filter.append("-A KUBE-EXTERNAL-SERVICES -m comment --comment \"").append(id);
      filter.append(any ? " has no local endpoints\"" : " has no endpoints\"");
      filter.append(" -m addrtype --dst-type LOCAL");
      to(filter, names, names.service().nodePort(), null).append(any ? "DROP\n" : "REJECT\n");
    }
  }

  private static StringBuilder to(
      StringBuilder out, IptablesNames names, int port, String address) {
    String protocol = names.service().protocol().lower();
    out.append(" -m ").append(protocol).append(" -p ").append(protocol);
    if (address != null) {
      out.append(" -d ").append(address);
    }
    return out.append(" --dport ").append(port).append(" -j ");
  }
}
