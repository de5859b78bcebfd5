package dev.shortpath.testbed.dataplane;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.remote.Together;
import dev.shortpath.testbed.tool.Tools;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/**
 * kube-proxy's iptables mode on one of the two back ends of iptables: a chain with a rule for every
 * Service, which the first packet of every flow walks.
 *
 * @param backend {@code legacy} or {@code nft}
 */
record Iptables(String backend) implements ServiceDataPlane {
  /** Twice what Leiter et al. went to. */
  private static final int MANY = 20_000;

  @Override
  public String name() {
    return "iptables-" + backend;
  }

  @Override
  public String summary() {
    return "iptables ("
        + backend
        + ") in the layout of kube-proxy v1.34.1 (iptables mode): a chain of rules";
  }

  @Override
  public List<String> missing(Tools tools) {
    return tools.missing(
        tool("iptables", "-restore"),
        tool("ip6tables", "-restore"),
        "nft",
        "conntrack",
        "shortpath-xtables");
  }

  @Override
  public String warning(int services) {
    return services <= MANY
        ? ""
        : name()
            + " with "
            + services
            + " Services: every change hands over a rule for each of them and takes many seconds,"
            + " and every new flow walks them; nftables and ebpf do not";
  }

  /**
   * What the tool is fed. Back end {@code nft} (iptables 1.8.9, {@code nft_cache_level_set} in
   * iptables/nft-cache.c) files every chain that a line names in a sorted list that it walks from
   * its beginning, until a command concerns all chains of the table: ten thousand Services took it
   * minutes. So table nat begins with such a command, to set all counters to 0. They mean nothing
   * here: a sync writes every chain that it names with counters of 0 anyway.
   */
  String input(String text) {
    return backend.equals("nft") ? text.replaceFirst("(?m)^\\*nat$", "*nat\n-Z") : text;
  }

  private String tool(String program, String suffix) {
    return program + "-" + backend + suffix;
  }

  @Override
  public RunningDataPlane start(DataPlaneNode node, Tools tools)
      throws TestbedException, InterruptedException {
    return new Running(node, this).begin();
  }

  private static final class Running extends RulesDataPlane {
    private final Iptables tools;
    private final IptablesKernel kernel;

    Running(DataPlaneNode node, Iptables tools) {
      super(node);
      this.tools = tools;
      this.kernel = new IptablesKernel(tool, tools.backend());
    }

    @Override
    void prepareRules() throws TestbedException, InterruptedException {
      each(family -> restore(family, IptablesLayout.begin(), 0));
      loadRules(List.of(), List.of());
    }

    @Override
    void loadRules(List<ServicePort> now, List<ServicePort> before)
        throws TestbedException, InterruptedException {
      int size = now.size() + before.size();
      guarded(now, before, f -> restore(f, IptablesRules.load(f, node, now, before), size));
    }

    @Override
    List<String> rules(List<ServicePort> now) throws TestbedException, InterruptedException {
      List<Callable<String>> tasks = new ArrayList<>();
      for (Family family : Family.of(node)) {
        tasks.add(() -> IptablesRules.load(family, node, now, List.of()));
      }
      return Together.all(tasks);
    }

    @Override
    void updateRules(List<ServicePort> now, List<ServicePort> before)
        throws TestbedException, InterruptedException {
      int size = now.size() + before.size();
      guarded(now, before, f -> restore(f, IptablesRules.update(f, node, now, before), size));
    }

    @Override
    void removeRules(List<ServicePort> before) throws TestbedException, InterruptedException {
      int size = before.size();
      each(family -> restore(family, IptablesRules.load(family, node, List.of(), before), size));
      each(family -> restore(family, IptablesLayout.end(), 0));
    }

    /** The tool commits table by table: when one fails, those before it are put back. */
    private void guarded(List<ServicePort> now, List<ServicePort> before, Step step)
        throws TestbedException, InterruptedException {
      try {
        each(step);
      } catch (TestbedException e) {
        try {
          int size = now.size() + before.size();
          each(
              f ->
                  restore(
                      f, IptablesRules.load(f, node, /* now= */ before, /* before= */ now), size));
        } catch (TestbedException again) {
          throw new TestbedException(
              e.getMessage() + "; and what was before could not be put back: " + again.getMessage(),
              e);
        }
        throw e;
      }
    }

    private interface Step {
      void of(Family family) throws TestbedException, InterruptedException;
    }

    /** Both families at the same time, as kube-proxy's two proxiers work. */
    private void each(Step step) throws TestbedException, InterruptedException {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (Family family : Family.of(node)) {
        tasks.add(
            () -> {
              step.of(family);
              return null;
            });
      }
      Together.all(tasks);
    }

    private void restore(Family family, String text, int services)
        throws TestbedException, InterruptedException {
      if (!text.isEmpty()) {
        Command command =
            Command.of(
                kernel.program(family, "-restore"),
                "-w",
                IptablesKernel.WAIT_SECONDS,
                "--noflush",
                "--counters");
        tool.feed(command, tools.input(text), KernelTool.limit(services));
      }
    }

    @Override
    int counted(Family family) throws TestbedException, InterruptedException {
      return whole(
          kernel.clusterIps(family).size(), new HashSet<>(kernel.nodePorts(family)).size());
    }

    /** The legacy tables' own blocks of rules. */
    @Override
    public Map<String, Long> memory() throws TestbedException, InterruptedException {
      return tools.backend().equals("legacy")
          ? sizes(tool.run(Command.of("shortpath-xtables")))
          : super.memory();
    }

    /** Family, table, rules and bytes in each line. */
    static Map<String, Long> sizes(String said) {
      Map<String, Long> sizes = new TreeMap<>();
      for (String line : said.lines().toList()) {
        String[] fields = line.split(" ");
        sizes.put("table." + fields[0] + "." + fields[1], Long.valueOf(fields[3]));
      }
      return sizes;
    }

    @Override
    public Map<String, String> parts() {
      Map<String, String> parts = versions(kernel.program(Family.IPV4, ""));
      parts.put(
          "rules of " + tools.name(),
          "as kube-proxy v1.34.1 writes them on a kernel without nfacct; with it, KUBE-NODEPORTS has"
              + " one more for each IPv4 NodePort");
      return parts;
    }
  }
}
