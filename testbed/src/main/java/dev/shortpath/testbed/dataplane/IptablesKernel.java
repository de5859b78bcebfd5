package dev.shortpath.testbed.dataplane;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.TestbedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Services in chains of iptables. Each has one rule for its ClusterIP, in table nat or filter; each
 * NodePort has one in nat, in filter, or (Local, endpoints elsewhere) in both.
 *
 * @param tool on the node
 * @param backend {@code legacy} or {@code nft}
 */
record IptablesKernel(NodeTools tool, String backend) implements KernelServices {
  /** Kernel-wide lock of the legacy tools: another namespace may be loading. */
  static final String WAIT_SECONDS = "120";

  private static final Pattern CLUSTER_IP =
      Pattern.compile("(?m)^-A KUBE-SERVICES -d ([^ /]+)/\\d+ -p (\\w+) .*?--dport (\\d+)\\b");
  private static final Pattern NODE_PORT =
      Pattern.compile("(?m)^-A \\S+ -p (\\w+) .*?--dport (\\d+)\\b");
  private static final Pattern ENDPOINT = Pattern.compile("-j (KUBE-SEP-\\w+)");

  /** The tool of a family, with what its name ends in. */
  String program(Family family, String suffix) {
    return (family == Family.IPV4 ? "iptables-" : "ip6tables-") + backend + suffix;
  }

  private Command listing(Family family, String table, String chain) {
    return Command.of(program(family, ""), "-w", WAIT_SECONDS, "-t", table, "-S", chain);
  }

  @Override
  public List<String> clusterIps(Family family) throws TestbedException, InterruptedException {
    List<String> all = new ArrayList<>(endpointIps(family));
    all.addAll(clusterIps(family, "filter"));
    return all;
  }

  @Override
  public List<String> endpointIps(Family family) throws TestbedException, InterruptedException {
    return clusterIps(family, "nat");
  }

  private List<String> clusterIps(Family family, String table)
      throws TestbedException, InterruptedException {
    return CLUSTER_IP
        .matcher(tool.run(listing(family, table, "KUBE-SERVICES")))
        .results()
        .map(rule -> rule.group(1) + " " + rule.group(2) + " " + rule.group(3))
        .toList();
  }

  @Override
  public List<String> nodePorts(Family family) throws TestbedException, InterruptedException {
    List<String> all = new ArrayList<>();
    all.addAll(nodePorts(tool.run(listing(family, "nat", "KUBE-NODEPORTS"))));
    all.addAll(nodePorts(tool.run(listing(family, "filter", "KUBE-EXTERNAL-SERVICES"))));
    return all;
  }

  private static List<String> nodePorts(String listing) {
    return NODE_PORT
        .matcher(listing)
        .results()
        .map(rule -> rule.group(1) + " " + rule.group(2))
        .toList();
  }

  @Override
  public boolean leads(ServicePort service, Family family) throws InterruptedException {
    Hash hash = new Hash();
    IptablesNames names = IptablesNames.of(service, family, hash);
    String chain =
        KernelServices.orNothing(tool, listing(family, "nat", "KUBE-SVC-" + names.hash()));
    Set<String> found =
        ENDPOINT
            .matcher(chain)
            .results()
            .map(rule -> rule.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    return found.equals(new TreeSet<>(names.endpointChains(hash)));
  }
}
