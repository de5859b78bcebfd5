package dev.shortpath.testbed.k3s;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import dev.shortpath.harness.testbed.Host;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.kube.Images;
import dev.shortpath.testbed.kube.servicepath.Outside;
import dev.shortpath.testbed.kube.servicepath.Worker;
import dev.shortpath.testbed.path.Literal;
import dev.shortpath.testbed.path.NetDev;
import dev.shortpath.testbed.place.Sysctls;
import dev.shortpath.testbed.servicepath.LinkShape;
import dev.shortpath.testbed.servicepath.ServiceRules;
import dev.shortpath.testbed.tool.Tools;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What of topology {@code service-path} is no part of the cluster: the client, a container of the
 * workload's image on a network of its own, and the router, on that network and on the nodes'.
 *
 * @param clientMember where the workload's client runs
 * @param router between the two networks
 * @param cgroup the client's
 */
record PathContainers(Member clientMember, Member router, Optional<Path> cgroup)
    implements Outside {
  /** Interface towards the client's network; the other one leads to the nodes. */
  private static final String OUTSIDE = "eth0";

  /** Likewise. */
  private static final String INSIDE = "eth1";

  /**
   * A container.
   *
   * @param id of the container
   * @param network entered from this machine
   * @param outside its addresses on the client's network, IPv4 and IPv6
   * @param inside its addresses on the nodes' network; none of the client
   */
  record Member(
      String id, ContainerNetwork network, List<InetAddress> outside, List<InetAddress> inside) {}

  /**
   * Starts both.
   *
   * @throws TestbedException when Docker does not
   */
  static PathContainers start(K3sCluster cluster, Tools tools)
      throws TestbedException, InterruptedException {
    Images images = cluster.images();
    String run = "shortpath-" + cluster.runId();
    String outside =
        MadeNetwork.make(
                Labelled.labels(cluster.runId()),
                run + "-outside",
                MadeNetwork.subnet("fd5b", cluster.runId()))
            .id();
    load(images.workload());
    try {
      String client = create(cluster, images, run + "-client", outside);
      String router = create(cluster, images, run + "-router", outside);
      Docker.client()
          .connectToNetworkCmd()
          .withContainerId(router)
          .withNetworkId(cluster.network())
          .exec();
      ContainerNetwork ofClient = ContainerNetwork.of("client", client, tools);
      return new PathContainers(
          new Member(client, ofClient, addresses(client, outside), List.of()),
          new Member(
              router,
              ContainerNetwork.of("router", router, tools),
              addresses(router, outside),
              addresses(router, cluster.network())),
          Optional.of(NodeContainer.cgroupOf(ofClient.pid())));
    } catch (DockerException e) {
      throw new TestbedException(
          "Docker cannot start client and router: " + e.getMessage().strip(), e);
    }
  }

  @Override
  public boolean routed() {
    return true;
  }

  @Override
  public Host client() {
    return new Host(
        "client",
        clientMember.outside().get(0),
        clientMember.outside().get(1),
        new ContainerRemote("client", clientMember.id()));
  }

  @Override
  public Map<String, Long> counters() throws TestbedException {
    Map<String, Long> counters = new TreeMap<>(NetDev.read("client", clientMember.network().pid()));
    counters.putAll(
        NetDev.read("router", router.network().pid(), Map.of(INSIDE, ServiceRules.INSIDE)));
    return counters;
  }

  @Override
  public String describe() {
    return "a container, joined to the workers by way of a router";
  }

  private static void load(Images.Image image) throws TestbedException {
    try (InputStream archive = Files.newInputStream(image.archive())) {
      Docker.client().loadImageCmd(archive).exec();
    } catch (IOException | DockerException e) {
      throw new TestbedException(
          "Docker cannot load " + image.archive() + ": " + e.getMessage().strip(), e);
    }
  }

  private static String create(K3sCluster cluster, Images images, String name, String network)
      throws TestbedException {
    String id =
        Docker.client()
            .createContainerCmd(images.workload().name())
            .withName(name)
            .withLabels(Labelled.labels(cluster.runId()))
            .withEntrypoint("/shortpath-tether", "hold")
            .withHostConfig(
                HostConfig.newHostConfig()
                    .withNetworkMode(network)
                    .withCapDrop(Capability.ALL)
                    .withReadonlyRootfs(true))
            .exec()
            .getId();
    Docker.client().startContainerCmd(id).exec();
    return id;
  }

  private static List<InetAddress> addresses(String container, String network)
      throws TestbedException {
    var on =
        Docker.client()
            .inspectContainerCmd(container)
            .exec()
            .getNetworkSettings()
            .getNetworks()
            .values()
            .stream()
            .filter(n -> network.equals(n.getNetworkID()))
            .findFirst()
            .orElseThrow(() -> new TestbedException("a container is not on its network"));
    return List.of(
        Literal.address("a container", on.getIpAddress()),
        Literal.address("a container", on.getGlobalIPv6Address()));
  }

  /** Joins client and workers by way of the router, and shapes the links. */
  void join(K3sCluster cluster, List<Worker> workers, LinkShape link)
      throws TestbedException, InterruptedException {
    clientMember.network().sysctl(Sysctls.CLIENT);
    router.network().sysctl(Sysctls.ROUTER);
    List<String> ofClient = new ArrayList<>();
    List<String> ofRouter = new ArrayList<>();
    for (Worker worker : workers) {
      List<String> podCidrs =
          cluster.client().nodes().withName(worker.node().name()).get().getSpec().getPodCIDRs();
      for (int family = 0; family < 2; family++) {
        InetAddress node = worker.address(family == 1);
        InetAddress way = router.outside().get(family);
        ofClient.add(route(node.getHostAddress(), way, OUTSIDE));
        for (String cidr : podCidrs) {
          if (cidr.contains(":") == (family == 1)) {
            ofClient.add(route(cidr, way, OUTSIDE));
            ofRouter.add(route(cidr, node, INSIDE));
          }
        }
      }
    }
    clientMember.network().batch("ip", ofClient);
    router.network().batch("ip", ofRouter);
    for (Worker worker : workers) {
      List<String> back = new ArrayList<>();
      for (int family = 0; family < 2; family++) {
        String address = clientMember.outside().get(family).getHostAddress();
        back.add(route(address, router.inside().get(family), worker.uplink()));
      }
      ContainerNetwork network = ((ContainerNode) worker.kernel()).network();
      network.sysctl(Sysctls.NODE_WORKER);
      network.batch("ip", back);
      if (link.shaped()) {
        network.batch("tc", List.of(link.line(worker.uplink())));
      }
    }
    if (link.shaped()) {
      clientMember.network().batch("tc", List.of(link.line(OUTSIDE)));
      router.network().batch("tc", List.of(link.line(OUTSIDE), link.line(INSIDE)));
    }
  }

  private static String route(String to, InetAddress via, String nic) {
    return "route replace " + to + " via " + via.getHostAddress() + " dev " + nic;
  }
}
