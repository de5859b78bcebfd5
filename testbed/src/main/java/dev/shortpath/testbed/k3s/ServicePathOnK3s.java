package dev.shortpath.testbed.k3s;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.idle.Idle;
import dev.shortpath.testbed.kube.Cluster;
import dev.shortpath.testbed.kube.servicepath.ServicePathTopology;
import dev.shortpath.testbed.kube.servicepath.Surroundings;
import dev.shortpath.testbed.servicepath.ServicePathParameters;
import dev.shortpath.testbed.servicepath.ServicePathTreatment;
import dev.shortpath.testbed.tool.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Topology {@code service-path}, its client and its router containers beside the nodes'. */
final class ServicePathOnK3s extends ServicePathTopology {
  ServicePathOnK3s() {
    super("k3s");
  }

  @Override
  protected List<String> missing() {
    List<String> lines = new ArrayList<>();
    if (!"root".equals(System.getProperty("user.name"))) {
      lines.add("topology service-path on testbed k3s enters network namespaces: run it with sudo");
    }
    // With this machine's tools in the containers' network namespaces.
    lines.addAll(
        Tools.here()
            .missing("ip", "tc", "sysctl", "nft", "conntrack", "iptables-nft-restore", "cat"));
    return lines;
  }

  @Override
  protected List<String> missing(ServicePathParameters parameters) {
    return List.of();
  }

  @Override
  protected List<String> missing(Idle idle) {
    return idle.missing();
  }

  /** The server's. */
  @Override
  protected int nodesBeside(List<ServicePathTreatment> treatments) {
    return 1;
  }

  @Override
  protected Surroundings surroundings(Cluster cluster, TestbedRequest request, Tools tools)
      throws TestbedException {
    if (!Files.exists(Path.of("/proc/net/if_inet6"))) {
      throw new TestbedException(
          "topology service-path is dual stack and this kernel has no IPv6: start it without"
              + " ipv6.disable=1");
    }
    return new ContainerSurroundings((K3sCluster) cluster, tools);
  }
}
