package dev.shortpath.testbed.dataplane;

import dev.shortpath.testbed.dataplane.NftablesNames.Element;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Text for {@code nft -f} in the layout of kube-proxy's nftables mode, from Services alone: a pure
 * function. Layout, names and order follow pkg/proxy/nftables/proxier.go of Kubernetes v1.34.1;
 * {@code docs/service-data-planes.md} lists where the two differ.
 */
final class NftablesRules {
  private static final String CLUSTER_IPS = "cluster-ips";

  private final Family family;
  private final String nodeIp;
  private final String podCidr;
  private final Hash hash = new Hash();
  private final StringBuilder out;

  private NftablesRules(Family family, DataPlaneNode node, StringBuilder out) {
    this.family = family;
    this.nodeIp = Family.text(family.node(node));
    this.podCidr = family.podCidr(node);
    this.out = out;
  }

  /** One transaction that makes {@code services} all that the tables hold, whatever they held. */
  static String load(DataPlaneNode node, List<ServicePort> services) {
    StringBuilder out = new StringBuilder(4096 + 4096 * services.size());
    for (Family family : Family.of(node)) {
      new NftablesRules(family, node, out).all(services);
    }
    return out.toString();
  }

  /**
   * One transaction that changes tables with {@code before} into tables with {@code after}.
   *
   * @return empty when nothing is to be done
   */
  static String update(
      DataPlaneNode node, Collection<ServicePort> before, Collection<ServicePort> after) {
    StringBuilder out = new StringBuilder();
    ServiceChanges changes = ServiceChanges.between(before, after);
    if (!changes.isEmpty()) {
      for (Family family : Family.of(node)) {
        new NftablesRules(family, node, out).changes(changes, before, after);
      }
    }
    return out.toString();
  }

  /** One transaction after which the tables are gone, whether they were there or not. */
  static String remove(DataPlaneNode node) {
    StringBuilder out = new StringBuilder();
    for (Family family : Family.of(node)) {
      NftablesLayout.remove(family, out);
    }
    return out.toString();
  }

  private List<NftablesNames> names(Collection<ServicePort> services) {
    List<NftablesNames> names = new ArrayList<>(services.size());
    for (ServicePort service : services) {
      if (family.clusterIp(service) != null) {
        names.add(NftablesNames.of(service, family, hash));
      }
    }
    return names;
  }

  private void all(List<ServicePort> services) {
    NftablesLayout.remove(family, out);
    NftablesLayout.add(family, nodeIp, out);
    List<NftablesNames> names = names(services);
    Set<String> ips = new HashSet<>(2 * names.size());
    for (NftablesNames service : names) {
      for (String chain : service.chains()) {
        command("add chain").append(chain).append('\n');
      }
      if (ips.add(service.clusterIp())) {
        element("add", new Element(CLUSTER_IPS, service.clusterIp(), null, null));
      }
      service.elements().forEach(element -> element("add", element));
      affinitySets(service);
      new NftablesChains(family, podCidr, service, out).write();
    }
  }

  private void changes(
      ServiceChanges changes, Collection<ServicePort> before, Collection<ServicePort> after) {
    List<NftablesNames> fresh = names(changes.fresh());
    List<NftablesNames> stale = names(changes.stale());
    Set<String> chains = new HashSet<>();
    for (NftablesNames service : fresh) {
      for (String chain : service.chains()) {
        chains.add(chain);
        command("add chain").append(chain).append('\n');
        command("flush chain").append(chain).append('\n');
      }
    }
    List<String> left = new ArrayList<>();
    for (NftablesNames service : stale) {
      for (String chain : service.chains()) {
        if (!chains.contains(chain)) {
          left.add(chain);
          command("flush chain").append(chain).append('\n');
        }
      }
    }
    staleSets(stale, fresh);
    elements(stale, fresh, shared(before), shared(after));
    for (NftablesNames service : fresh) {
      affinitySets(service);
      new NftablesChains(family, podCidr, service, out).write();
    }
    left.forEach(chain -> command("delete chain").append(chain).append('\n'));
  }

  /** ClusterIPs may be shared by the ports of a Service; so the set has each once. */
  private Set<String> shared(Collection<ServicePort> services) {
    Set<String> ips = new HashSet<>(2 * services.size());
    for (ServicePort service : services) {
      if (family.clusterIp(service) != null) {
        ips.add(Family.text(family.clusterIp(service)));
      }
    }
    return ips;
  }

  private void staleSets(List<NftablesNames> stale, List<NftablesNames> fresh) {
    Map<String, Integer> kept = new HashMap<>();
    for (NftablesNames service : fresh) {
      service.sets().forEach(set -> kept.put(set, service.service().affinitySeconds()));
    }
    for (NftablesNames service : stale) {
      for (String set : service.sets()) {
        if (!Integer.valueOf(service.service().affinitySeconds()).equals(kept.get(set))) {
          command("delete set").append(set).append('\n');
        }
      }
    }
  }

  private void elements(
      List<NftablesNames> stale, List<NftablesNames> fresh, Set<String> before, Set<String> after) {
    Map<String, Element> gone = new LinkedHashMap<>();
    for (NftablesNames service : stale) {
      service.elements().forEach(element -> gone.put(key(element), element));
      if (!after.contains(service.clusterIp())) {
        Element ip = new Element(CLUSTER_IPS, service.clusterIp(), null, null);
        gone.put(key(ip), ip);
      }
    }
    Set<String> added = new HashSet<>();
    for (NftablesNames service : fresh) {
      if (!before.contains(service.clusterIp()) && added.add(service.clusterIp())) {
        element("add", new Element(CLUSTER_IPS, service.clusterIp(), null, null));
      }
      for (Element element : service.elements()) {
        Element old = gone.remove(key(element));
        if (!element.equals(old)) {
          if (old != null) {
            element("delete", old);
          }
          element("add", element);
        }
      }
    }
    gone.values().forEach(element -> element("delete", element));
  }

  private static String key(Element element) {
    return element.container() + " " + element.key();
  }

  private void affinitySets(NftablesNames service) {
    for (String set : service.sets()) {
      command("add set").append(set).append(" { type ").append(family.type);
      out.append(" ; flags dynamic,timeout ; timeout ");
      out.append(service.service().affinitySeconds()).append("s ; }\n");
    }
  }

  private void element(String verb, Element element) {
    command(verb + " element").append(element.container()).append(" { ").append(element.key());
    if (verb.equals("add") && element.comment() != null) {
      out.append(" comment \"").append(element.comment()).append('"');
    }
    if (verb.equals("add") && element.verdict() != null) {
      out.append(" : ").append(element.verdict());
    }
    out.append(" }\n");
  }

  private StringBuilder command(String verb) {
    return out.append(verb).append(' ').append(family.nft).append(" kube-proxy ");
  }
}
