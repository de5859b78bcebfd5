package dev.shortpath.testbed.dataplane;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.remote.LocalProcess;
import dev.shortpath.testbed.remote.SelfCheck;
import dev.shortpath.testbed.tool.Tools;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The project's own load balancer: TC programs that translate without netfilter, kept by {@code
 * shortpath-lb} (bpf/README.md).
 */
final class Ebpf implements ServiceDataPlane {
  static final String PROGRAM = "shortpath-lb";

  @Override
  public String name() {
    return "ebpf";
  }

  @Override
  public String summary() {
    return "TC programs of this project: hash maps for Services, a connection table of their own";
  }

  @Override
  public List<String> missing(Tools tools) {
    return SelfCheck.missing(tools, PROGRAM, "service data plane ebpf");
  }

  @Override
  public RunningDataPlane start(DataPlaneNode node, Tools tools)
      throws TestbedException, InterruptedException {
    Path socket = node.directory().resolve("ebpf.sock");
    Path log = node.logs().resolve("shortpath-lb.log");
    LocalProcess process = node.remote().daemon(new Command(PROGRAM, arguments(node, socket)), log);
    EbpfRunning running = new EbpfRunning(process, new EbpfControl(socket), log);
    try {
      running.awaitAttached();
      return running;
    } catch (TestbedException | InterruptedException e) {
      running.close();
      throw e;
    }
  }

  private static List<String> arguments(DataPlaneNode node, Path socket) throws TestbedException {
    if (node.ipv4() == null || node.ipv6() == null) {
      throw new TestbedException("node " + node.name() + " needs an address of each family");
    }
    List<String> arguments = new ArrayList<>(List.of("attach", "--uplink", node.uplink()));
    for (String pod : node.podInterfaces()) {
      arguments.addAll(List.of("--pod", pod));
    }
    for (Family family : Family.values()) {
      String number = family == Family.IPV4 ? "4" : "6";
      arguments.addAll(List.of("--node" + number, Family.text(family.node(node))));
      arguments.addAll(List.of("--pod-cidr" + number, family.podCidr(node)));
    }
    arguments.addAll(List.of("--socket", socket.toString()));
    return arguments;
  }
}
