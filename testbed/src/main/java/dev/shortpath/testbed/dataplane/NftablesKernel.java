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
 * Services in maps of kube-proxy's nftables tables, which have no order.
 *
 * @param tool on the node
 */
record NftablesKernel(NodeTools tool) implements KernelServices {
  /** A concatenated key, perhaps with a comment, and its verdict. */
  private static final Pattern ELEMENT =
      Pattern.compile("(\\S+(?: \\. \\S+)+)(?: comment \"[^\"]*\")? : (?:goto|drop)\\b");

  private static final Pattern ENDPOINT = Pattern.compile("goto (endpoint-[^\\s,}]+)");

  @Override
  public List<String> clusterIps(Family family) throws TestbedException, InterruptedException {
    return keys(family, "service-ips", "no-endpoint-services");
  }

  @Override
  public List<String> endpointIps(Family family) throws TestbedException, InterruptedException {
    return keys(family, "service-ips");
  }

  @Override
  public List<String> nodePorts(Family family) throws TestbedException, InterruptedException {
    return keys(family, "service-nodeports", "no-endpoint-nodeports");
  }

  /** Keys of the maps' elements, each of which has one verdict. */
  private List<String> keys(Family family, String... maps)
      throws TestbedException, InterruptedException {
    List<String> all = new ArrayList<>();
    for (String map : maps) {
      // Numbers, because nft reads /etc/protocols for each name.
      Command list = Command.of("nft", "-n", "list", "map", family.nft, "kube-proxy", map);
      ELEMENT
          .matcher(tool.run(list))
          .results()
          .map(element -> named(element.group(1)))
          .forEach(all::add);
    }
    return all;
  }

  /** Protocols by name: IANA's numbers of the two that Services have here. */
  private static String named(String key) {
    List<String> words = new ArrayList<>(List.of(key.split(" \\. ")));
    int protocol = words.size() - 2;
    words.set(protocol, words.get(protocol).replaceAll("^6$", "tcp").replaceAll("^17$", "udp"));
    return String.join(" ", words);
  }

  @Override
  public boolean leads(ServicePort service, Family family) throws InterruptedException {
    NftablesNames names = NftablesNames.of(service, family, new Hash());
    String chain =
        KernelServices.orNothing(
            tool,
            Command.of(
                "nft", "list", "chain", family.nft, "kube-proxy", "service-" + names.base()));
    Set<String> found =
        ENDPOINT
            .matcher(chain)
            .results()
            .map(verdict -> verdict.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> wanted =
        names.bases().stream()
            .map(base -> "endpoint-" + base)
            .collect(Collectors.toCollection(TreeSet::new));
    return found.equals(wanted);
  }
}
