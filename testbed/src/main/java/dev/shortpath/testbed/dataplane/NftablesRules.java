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
   * How many Services a transaction brings. Each has one or two anonymous maps in kube-proxy's
   * layout, and for each of them the kernel (Linux 6.18, net/netfilter/nf_tables_api.c) walks all
   * of the transaction ({@code nft_set_trans_bind}), which small transactions avoid, and several
   * times all sets of the table ({@code nf_tables_newset}, {@code nft_set_lookup_global}), which
   * nothing avoids: loading stays quadratic in the number of Services, as kube-proxy's own users
   * report (kubernetes/kubernetes issues 139328 and 139513). nft itself takes a tenth of the time.
   */
  static final int SERVICES = 500;

  private final Family family;
  private final String nodeIp;
  private final String podCidr;
  private final Hash hash = new Hash();

  /** How many Services have an address: the ports of one Service share it. */
  private final Map<InetAddress, Integer> clusterIps = new HashMap<>();

  /** Of each step all but the deletion of chains, and that. */
  private final List<StringBuilder> commands = new ArrayList<>();

  private final List<StringBuilder> deletions = new ArrayList<>();
  private StringBuilder out = new StringBuilder();

  private NftablesRules(Family family, DataPlaneNode node, Collection<ServicePort> before) {
    this.family = family;
    this.nodeIp = Family.text(family.node(node));
    this.podCidr = family.podCidr(node);
    before.forEach(service -> clusterIps.merge(ip(service), 1, Integer::sum));
  }

  /** Transactions that make {@code services} all that the tables hold, whatever they held. */
  static List<String> load(DataPlaneNode node, List<ServicePort> services) {
    List<ServiceChanges> steps = new ServiceChanges(List.of(), services).split(SERVICES);
    List<NftablesRules> families = written(node, List.of(), steps);
    StringBuilder first = new StringBuilder(1 << 14);
    for (NftablesRules rules : families) {
      NftablesLayout.remove(rules.family, first);
      NftablesLayout.add(rules.family, rules.nodeIp, first);
    }
    List<String> texts = new ArrayList<>(steps.size());
    for (int i = 0; i < steps.size(); i++) {
      String text = joined(families, i, true);
      texts.add(i == 0 ? first + text : text);
    }
    return texts.isEmpty() ? List.of(first.toString()) : texts;
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
    List<NftablesRules> families = written(node, before, steps);
    List<String> texts = new ArrayList<>(steps.size());
    StringBuilder later = new StringBuilder();
    for (int i = 0; i < steps.size(); i++) {
      texts.add(joined(families, i, atOnce));
      if (!atOnce) {
        for (NftablesRules rules : families) {
          later.append(rules.deletions.get(i));
        }
      }
    }
    if (later.length() > 0) {
      texts.add(later.toString());
    }
    return texts;
  }

  /** One step of all families. */
  private static String joined(List<NftablesRules> families, int step, boolean deletions) {
    StringBuilder text = new StringBuilder();
    families.forEach(rules -> text.append(rules.commands.get(step)));
    if (deletions) {
      families.forEach(rules -> text.append(rules.deletions.get(step)));
    }
    return text.toString();
  }

  /** The families have nothing in common, and are written at the same time. */
  private static List<NftablesRules> written(
      DataPlaneNode node, Collection<ServicePort> before, List<ServiceChanges> steps) {
    return Family.of(node).parallelStream()
        .map(
            family -> {
              NftablesRules rules = new NftablesRules(family, node, before);
              steps.forEach(rules::change);
              return rules;
            })
        .toList();
  }

  /** One transaction after which the tables are gone, whether they were there or not. */
  static String remove(DataPlaneNode node) {
    StringBuilder out = new StringBuilder();
    for (Family family : Family.of(node)) {
      NftablesLayout.remove(family, out);
    }
    return out.toString();
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

  private void change(ServiceChanges step) {
    out = new StringBuilder(1024 * (4 + step.fresh().size()));
    List<NftablesNames> fresh = names(step.fresh());
    List<NftablesNames> stale = names(step.stale());
    List<String> left = chains(stale, fresh);
    staleSets(stale, fresh);
    elements(stale, fresh);
    for (NftablesNames service : fresh) {
      affinitySets(service);
      new NftablesChains(family, podCidr, service, out).write();
    }
    commands.add(out);
    out = new StringBuilder();
    left.forEach(chain -> command("delete chain").append(chain).append('\n'));
    deletions.add(out);
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
