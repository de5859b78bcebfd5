package dev.shortpath.testbed.dataplane;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.tool.Tools;
import java.util.List;
import java.util.Map;

/** kube-proxy's nftables mode: a look-up in a verdict map, whatever the number of Services. */
final class Nftables implements ServiceDataPlane {
  @Override
  public String name() {
    return "nftables";
  }

  @Override
  public String summary() {
    return "nftables in the layout of kube-proxy v1.34.1 (nftables mode): verdict maps";
  }

  @Override
  public List<String> missing(Tools tools) {
    return tools.missing("nft", "conntrack");
  }

  @Override
  public RunningDataPlane start(DataPlaneNode node, Tools tools)
      throws TestbedException, InterruptedException {
    return new Running(node).begin();
  }

  private static final class Running extends RulesDataPlane {
    private static final Command FEED = Command.of("nft", "-f", "-");

    Running(DataPlaneNode node) {
      super(node);
    }

    @Override
    void prepareRules() throws TestbedException, InterruptedException {
      loadRules(List.of(), List.of());
    }

    /** One transaction over both families: all of it is taken or nothing. */
    @Override
    void loadRules(List<ServicePort> now, List<ServicePort> before)
        throws TestbedException, InterruptedException {
      tool.feed(FEED, NftablesRules.load(node, now), KernelTool.limit(now.size()));
    }

    @Override
    void updateRules(List<ServicePort> now, List<ServicePort> before)
        throws TestbedException, InterruptedException {
      String commands = NftablesRules.update(node, before, now);
      if (!commands.isEmpty()) {
        tool.feed(FEED, commands, KernelTool.limit(before.size() + now.size()));
      }
    }

    @Override
    void removeRules(List<ServicePort> before) throws TestbedException, InterruptedException {
      tool.feed(FEED, NftablesRules.remove(node), KernelTool.SHORT);
    }

    @Override
    public int counted() throws TestbedException, InterruptedException {
      int least = Integer.MAX_VALUE;
      for (Family family : Family.of(node)) {
        int count = 0;
        for (String map : List.of("service-ips", "no-endpoint-services")) {
          count +=
              elements(tool.run(Command.of("nft", "list", "map", family.nft, "kube-proxy", map)));
        }
        least = Math.min(least, count);
      }
      return least;
    }

    /** Each element of these maps has one verdict. */
    private static int elements(String listing) {
      int count = 0;
      for (int at = listing.indexOf(" : goto ");
          at >= 0;
          at = listing.indexOf(" : goto ", at + 1)) {
        count++;
      }
      return count;
    }

    @Override
    public Map<String, String> parts() {
      return versions("nft");
    }
  }
}
