package dev.shortpath.testbed.dataplane;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.tool.Tools;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** kube-proxy's nftables mode: a look-up in a verdict map, whatever the number of Services. */
final class Nftables implements ServiceDataPlane {
  private static final int MANY = 20_000;
  private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+)");

  /** Whether the kernel deletes a chain in the transaction that makes it unused. */
  private final boolean atOnce;

  Nftables() {
    this(deletesAtOnce(System.getProperty("os.version")));
  }

  Nftables(boolean atOnce) {
    this.atOnce = atOnce;
  }

  /** Linux 6.2 and later. */
  static boolean deletesAtOnce(String release) {
    Matcher version = RELEASE.matcher(release);
    if (!version.lookingAt()) {
      return false;
    }
    int major = Integer.parseInt(version.group(1));
    return major > 6 || (major == 6 && Integer.parseInt(version.group(2)) >= 2);
  }

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
  public String warning(int services) {
    return services <= MANY
        ? ""
        : "nftables with "
            + services
            + " Services: the kernel walks all maps of the table for each new one, so loading takes"
            + " minutes and grows with the square; flows do not feel it";
  }

  @Override
  public RunningDataPlane start(DataPlaneNode node, Tools tools)
      throws TestbedException, InterruptedException {
    return new NftablesRunning(node, atOnce).begin();
  }
}
