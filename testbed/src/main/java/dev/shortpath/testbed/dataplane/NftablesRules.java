package dev.shortpath.testbed.dataplane;

import dev.shortpath.testbed.dataplane.NftablesNames.Element;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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

  /**
   * How many Services go in one transaction. Each Service brings anonymous maps, and for each of
   * them the kernel walks all of the transaction ({@code nft_set_trans_bind} in
   * net/netfilter/nf_tables_api.c): ten thousand at once took Linux 6.18 minutes.
   */
  static final int SERVICES = 500;

  private final Family family;
  private final String nodeIp;
  private final String podCidr;
  private final Hash hash = new Hash();

  /** How many Services have an address: the ports of one Service share it. */
  private final Map<InetAddress, Integer> clusterIps = new HashMap<>();

  private final StringBuilder deletions = new StringBuilder();
  private StringBuilder out = deletions;

  private NftablesRules(Family family, DataPlaneNode node, Collection<ServicePort> before) {
    this.family = family;
    this.nodeIp = Family.text(family.node(node));
    this.podCidr = family.podCidr(node);
    before.forEach(service -> clusterIps.merge(ip(service), 1, Integer::sum));
  }

  /** Transactions that make {@code services} all that the tables hold, whatever they held. */
  static List<String> load(DataPlaneNode node, List<ServicePort> services) {
    List<NftablesRules> families = families(node, List.of());
    StringBuilder first = new StringBuilder();
    families.forEach(rules -> rules.fresh(first));
    List<String> texts = new ArrayList<>();
    for (ServiceChanges step : new ServiceChanges(List.of(), services).split(SERVICES)) {
      texts.add(texts.isEmpty() ? first + text(families, step) : text(families, step));
    }
    if (texts.isEmpty()) {
      texts.add(first.toString());
    }
    return texts;
  }

  /**
   * Transactions, one for each of {@code steps}, that change tables with {@code before}.
   *
   * @param atOnce whether chains are deleted in the transaction that empties them; else in one
   *     more, after all others: before Linux 6.2 a chain counts as used for a moment after the
   *     element is gone that led to it
   */
  static List<String> update(
      DataPlaneNode node,
      Collection<ServicePort> before,
      List<ServiceChanges> steps,
      boolean atOnce) {
    List<NftablesRules> families = families(node, before);
    List<String> texts = new ArrayList<>(steps.size());
    StringBuilder deletions = new StringBuilder();
    for (ServiceChanges step : steps) {
      String text = text(families, step);
      int end = atOnce ? text.length() : text.length() - trailing(families);
      texts.add(text.substring(0, end));
      deletions.append(text, end, text.length());
    }
    if (deletions.length() > 0) {
      texts.add(deletions.toString());
    }
    return texts;
  }

  /** One transaction after which the tables are gone, whether they were there or not. */
  static String remove(DataPlaneNode node) {
    StringBuilder out = new StringBuilder();
    for (Family family : Family.of(node)) {
      NftablesLayout.remove(family, out);
    }
    return out.toString();
  }

  private static List<NftablesRules> families(DataPlaneNode node, Collection<ServicePort> before) {
    List<NftablesRules> families = new ArrayList<>();
    for (Family family : Family.of(node)) {
      families.add(new NftablesRules(family, node, before));
    }
    return families;
  }

  /** How many characters at the end of the last text delete chains. */
  private static int trailing(List<NftablesRules> families) {
    return families.stream().mapToInt(rules -> rules.deletions.length()).sum();
  }

  private static String text(List<NftablesRules> families, ServiceChanges step) {
    int size = step.fresh().size() + step.stale().size();
    StringBuilder out = new StringBuilder(8192 + 2400 * size);
    families.forEach(rules -> rules.change(step, out));
    families.forEach(rules -> out.append(rules.deletions));
    return out.toString();
  }

  private void fresh(StringBuilder to) {
    NftablesLayout.remove(family, to);
    NftablesLayout.add(family, nodeIp, to);
  }

  private InetAddress ip(ServicePort service) {
    return family.clusterIp(service);
  }

  private List<NftablesNames> names(Collection<ServicePort> services) {
    List<NftablesNames> names = new ArrayList<>(services.size());
    for (ServicePort service : services) {
      if (ip(service) != null) {
        names.add(NftablesNames.of(service, family, hash));
      }
    }
    return names;
  }

  private void change(ServiceChanges step, StringBuilder to) {
    out = to;
    List<NftablesNames> fresh = names(step.fresh());
    List<NftablesNames> stale = names(step.stale());
    List<String> left = chains(stale, fresh);
    staleSets(stale, fresh);
    elements(stale, fresh);
    for (NftablesNames service : fresh) {
      affinitySets(service);
      new NftablesChains(family, podCidr, service, out).write();
    }
    out = deletions;
    out.setLength(0);
    left.forEach(chain -> command("delete chain").append(chain).append('\n'));
  }

  /** Empties chains of changed Services; those that are to be deleted in the end. */
  private List<String> chains(List<NftablesNames> stale, List<NftablesNames> fresh) {
    Set<String> old = new LinkedHashSet<>();
    stale.forEach(service -> old.addAll(service.chains()));
    old.forEach(chain -> command("flush chain").append(chain).append('\n'));
    for (NftablesNames service : fresh) {
      for (String chain : service.chains()) {
        if (!old.remove(chain)) {
          command("add chain").append(chain).append('\n');
        }
      }
    }
    return List.copyOf(old);
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

  private void elements(List<NftablesNames> stale, List<NftablesNames> fresh) {
    Map<String, Element> gone = new LinkedHashMap<>();
    for (NftablesNames service : stale) {
      service.elements().forEach(element -> gone.put(key(element), element));
      if (clusterIps.merge(ip(service.service()), -1, Integer::sum) == 0) {
        Element ip = new Element(CLUSTER_IPS, service.clusterIp(), null, null);
        gone.put(key(ip), ip);
      }
    }
    for (NftablesNames service : fresh) {
      List<Element> elements = service.elements();
      if (clusterIps.merge(ip(service.service()), 1, Integer::sum) == 1) {
        elements.add(0, new Element(CLUSTER_IPS, service.clusterIp(), null, null));
      }
      for (Element element : elements) {
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
    return element.container() + ' ' + element.key();
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
