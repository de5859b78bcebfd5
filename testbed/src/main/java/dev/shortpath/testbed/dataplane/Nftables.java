package dev.shortpath.testbed.dataplane;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.tool.Tools;
import java.time.Duration;
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

    /** For one transaction: even among 100,000 Services it takes seconds. */
    private static final Duration LIMIT = Duration.ofMinutes(2);

    Running(DataPlaneNode node) {
      super(node);
    }

    @Override
    void prepareRules() throws TestbedException, InterruptedException {
      loadRules(List.of(), List.of());
    }

    /**
     * A transaction takes both families, all of it or nothing. A load of many Services is several;
     * when one fails, what was before is loaded.
     */
    @Override
    void loadRules(List<ServicePort> now, List<ServicePort> before)
        throws TestbedException, InterruptedException {
      int done = 0;
      try {
        for (String text : NftablesRules.load(node, now)) {
          tool.feed(FEED, text, LIMIT);
          done++;
        }
      } catch (TestbedException e) {
        if (done > 0) {
          putBack(e, NftablesRules.load(node, before));
        }
        throw e;
      }
    }

    /** Likewise; when a transaction fails, those before it are undone. */
    @Override
    void updateRules(List<ServicePort> now, List<ServicePort> before)
        throws TestbedException, InterruptedException {
      List<ServiceChanges> steps =
          ServiceChanges.between(before, now).split(NftablesRules.SERVICES);
      int done = 0;
      try {
        for (String text : NftablesRules.update(node, before, steps)) {
          tool.feed(FEED, text, LIMIT);
          done++;
        }
      } catch (TestbedException e) {
        List<ServicePort> reached = before;
        for (ServiceChanges step : steps.subList(0, done)) {
          reached = step.applied(reached);
        }
        List<ServiceChanges> back =
            ServiceChanges.between(reached, before).split(NftablesRules.SERVICES);
        putBack(e, NftablesRules.update(node, reached, back));
        throw e;
      }
    }

    private void putBack(TestbedException why, List<String> texts)
        throws TestbedException, InterruptedException {
      try {
        for (String text : texts) {
          tool.feed(FEED, text, LIMIT);
        }
      } catch (TestbedException e) {
        throw new TestbedException(
            why.getMessage() + "; and what was before could not be put back: " + e.getMessage(),
            why);
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
