package dev.shortpath.testbed.dataplane;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.TestbedException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** kube-proxy's nftables mode at work on one node. */
final class NftablesRunning extends RulesDataPlane {
  private static final Command FEED = Command.of("nft", "-f", "-");

  /** For one transaction: even among 100,000 Services it takes seconds. */
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** kube-proxy waits a second for what is at most a few milliseconds. */
  private static final int TRIES = 40;

  private static final long PAUSE_MS = 50;

  private final boolean atOnce;
  private final NftablesKernel kernel;

  NftablesRunning(DataPlaneNode node, boolean atOnce) {
    super(node);
    this.atOnce = atOnce;
    this.kernel = new NftablesKernel(tool);
  }

  /** Chains that count as used for a moment yet are tried again. */
  private void feed(String text) throws TestbedException, InterruptedException {
    int tries = text.startsWith("delete chain ") ? TRIES : 1;
    for (int left = tries - 1; ; left--) {
      try {
        tool.feed(FEED, text, LIMIT);
        return;
      } catch (TestbedException e) {
        if (left == 0 || !e.getMessage().contains("busy")) {
          throw e;
        }
        Thread.sleep(PAUSE_MS);
      }
    }
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
        feed(text);
        done++;
      }
    } catch (TestbedException e) {
      if (done > 0 || KernelTool.unsettled(e)) {
        putBack(e, NftablesRules.load(node, before));
      }
      throw e;
    }
  }

  @Override
  List<String> rules(List<ServicePort> now) {
    return NftablesRules.load(node, now);
  }

  /** Likewise; when a transaction fails, those before it are undone. */
  @Override
  void updateRules(List<ServicePort> now, List<ServicePort> before)
      throws TestbedException, InterruptedException {
    List<ServiceChanges> steps = ServiceChanges.between(before, now).split(NftablesRules.SERVICES);
    int done = 0;
    try {
      for (String text : NftablesRules.update(node, before, steps, atOnce)) {
        feed(text);
        done++;
      }
    } catch (TestbedException e) {
      if (KernelTool.unsettled(e)) {
        putBack(e, NftablesRules.load(node, before));
        throw e;
      }
      List<ServicePort> reached = before;
      for (ServiceChanges step : steps.subList(0, done)) {
        reached = step.applied(reached);
      }
      List<ServiceChanges> back =
          ServiceChanges.between(reached, before).split(NftablesRules.SERVICES);
      putBack(e, NftablesRules.update(node, reached, back, atOnce));
      throw e;
    }
  }

  private void putBack(TestbedException why, List<String> texts)
      throws TestbedException, InterruptedException {
    try {
      for (String text : texts) {
        feed(text);
      }
    } catch (TestbedException e) {
      throw new TestbedException(
          why.getMessage() + "; and what was before could not be put back: " + e.getMessage(), why);
    }
  }

  @Override
  void removeRules(List<ServicePort> before) throws TestbedException, InterruptedException {
    tool.feed(FEED, NftablesRules.remove(node), Remote.SOON);
  }

  @Override
  int counted(Family family) throws TestbedException, InterruptedException {
    return whole(kernel.clusterIps(family).size(), new HashSet<>(kernel.nodePorts(family)).size());
  }

  @Override
  public Map<String, String> parts() {
    return versions("nft");
  }
}
