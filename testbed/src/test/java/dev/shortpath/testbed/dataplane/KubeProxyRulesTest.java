package dev.shortpath.testbed.dataplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.testbed.k3s.KubeCluster;
import dev.shortpath.testbed.k3s.NeedsKubeNode;
import dev.shortpath.testbed.kube.ClusterServices;
import dev.shortpath.testbed.remote.Launcher;
import dev.shortpath.testbed.remote.LocalProcess;
import dev.shortpath.testbed.remote.PlacedRemote;
import dev.shortpath.testbed.tool.Tools;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.GenericContainer;

/**
 * The rules of a running kube-proxy, on a node in iptables mode and on one in nftables mode,
 * against ours for the same Services: both as the kernel's own tools list them. What differs is
 * named here, and explained in {@code docs/service-data-planes.md}.
 */
@Tag("k3s")
@ExtendWith(NeedsKubeNode.class)
class KubeProxyRulesTest {
  private static final String SERVER = "server";
  private static final String AGENT = "worker";
  private static final String POD_CIDR4 = "10.244.0.0/16";
  private static final String POD_CIDR6 = "fd00:10:244::/56";

  /**
   * A difference that is meant to be.
   *
   * @param name as the docs have it
   * @param onlyThere lines that kube-proxy's node alone has
   * @param onlyHere lines that ours alone has
   */
  private record Difference(String name, String onlyThere, String onlyHere) {}

  private static final List<Difference> IPTABLES =
      List.of(
          new Difference(
              "nfacct counts invalid packets",
              "ipv[46] filter KUBE-FORWARD: -m conntrack --ctstate INVALID -m nfacct .* -j DROP",
              "ipv[46] filter KUBE-FORWARD: -m conntrack --ctstate INVALID -j DROP"),
          new Difference(
              "nfacct counts NodePorts on 127.0.0.0/8",
              "ipv4 nat KUBE-NODEPORTS: -d 127\\.0\\.0\\.0/8 .* -m nfacct .* -j KUBE-EXT-.*",
              null),
          new Difference(
              "the kubelet's chains",
              "ipv[46] (mangle KUBE-IPTABLES-HINT|\\w+ KUBE-KUBELET-CANARY)",
              null),
          new Difference(
              "Docker's name server",
              "ipv4 nat (DOCKER_.*|(OUTPUT|POSTROUTING): -d 127\\.0\\.0\\.11/32 -j DOCKER_.*)",
              null));

  private static final List<Difference> NFTABLES =
      List.of(
          new Difference(
              "drop for unallocated ClusterIPs",
              "ip6? chain cluster-ips-check: .* drop comment \"Drop traffic to unallocated"
                  + " ClusterIPs\"",
              null));

  private static KubeCluster cluster;
  private static GenericContainer<?> server;
  private static GenericContainer<?> agent;
  @TempDir Path temporary;

  @BeforeAll
  static void start() throws Exception {
    cluster = KubeCluster.onNetwork(true);
    server =
        cluster.startServer(
            SERVER,
            "--tls-san=localhost",
            "--disable=coredns",
            "--cluster-cidr=" + POD_CIDR4 + "," + POD_CIDR6,
            "--service-cidr=10.96.0.0/12,fd00:10:96::/108",
            "--token=t",
            "--kube-proxy-arg=proxy-mode=iptables");
    agent =
        cluster.startAgent(
            AGENT,
            "--server=https://server:6443",
            "--token=t",
            "--kube-proxy-arg=proxy-mode=nftables");
    var namespace = new NamespaceBuilder().withNewMetadata().withName("shop").endMetadata().build();
    cluster.client().resource(namespace).create();
    new ClusterServices(cluster.client(), Map.of(), KubeProxyRulesTest::nodeOf)
        .change(List.of(), services(SERVER));
  }

  @AfterAll
  static void end() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static ServicePort service(
      int number, Protocol protocol, boolean nodePort, boolean local, int affinity, int... pods) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (int pod : pods) {
      endpoints.add(
          new Endpoint(ip("10.244.9." + pod), ip("fd00:10:244:9::" + pod), 8080, local(pod, null)));
    }
    return new ServicePort(
        "shop",
        "svc-" + number,
        number == 1 ? "" : "data",
        protocol,
        ip("10.96.7." + number),
        ip("fd00:10:96::7:" + number),
        80,
        nodePort ? 30_000 + number : 0,
        local,
        affinity,
        endpoints);
  }

  /** Pods with even numbers are on the agent. */
  private static boolean local(int pod, String node) {
    return (pod % 2 == 0 ? AGENT : SERVER).equals(node);
  }

  private static String nodeOf(Endpoint endpoint) {
    byte[] address = endpoint.ipv4().getAddress();
    return address[3] % 2 == 0 ? AGENT : SERVER;
  }

  private static InetAddress ip(String text) {
    return ServiceWorld.address(text);
  }

  /** As a node sees them. */
  private static List<ServicePort> services(String node) {
    List<ServicePort> services =
        List.of(
            service(1, Protocol.TCP, false, false, 0, 1),
            service(2, Protocol.UDP, false, false, 0, 1, 2, 12),
            service(3, Protocol.TCP, false, false, 0),
            service(4, Protocol.TCP, true, false, 0, 1, 2, 3),
            service(5, Protocol.UDP, true, false, 0),
            service(6, Protocol.TCP, true, true, 0, 1),
            service(7, Protocol.TCP, true, true, 0, 1, 2, 3),
            service(8, Protocol.UDP, true, true, 0),
            service(9, Protocol.TCP, false, false, 600, 1, 2, 3),
            service(10, Protocol.UDP, true, true, 10_800, 1, 2, 4),
            service(11, Protocol.UDP, true, false, 60, 2),
            service(12, Protocol.TCP, true, true, 0, 2));
    return services.stream()
        .map(
            service ->
                service.with(
                    service.endpoints().stream()
                        .map(
                            e -> new Endpoint(e.ipv4(), e.ipv6(), e.port(), nodeOf(e).equals(node)))
                        .toList()))
        .toList();
  }

  /** The API server's own Service. */
  private static ServicePort kubernetes() {
    String address = cluster.client().getConfiguration().getMasterUrl();
    assertFalse(address.isEmpty());
    String server4 =
        cluster
            .client()
            .discovery()
            .v1()
            .endpointSlices()
            .inNamespace("default")
            .withName("kubernetes")
            .get()
            .getEndpoints()
            .get(0)
            .getAddresses()
            .get(0);
    return new ServicePort(
        "default",
        "kubernetes",
        "https",
        Protocol.TCP,
        ip("10.96.0.1"),
        null,
        443,
        0,
        false,
        0,
        List.of(new Endpoint(ip(server4), null, 6443, false)));
  }

  @Test
  void iptables() throws Exception {
    RuleListing ours = ours(new Iptables("nft"), SERVER, remote -> iptables(lister(remote)));
    // The order in which kube-proxy writes Services is that of a Go map.
    Set<String> unordered = Set.of("KUBE-SERVICES", "KUBE-NODEPORTS", "KUBE-EXTERNAL-SERVICES");
    eventually(
        () -> compare(iptables(words -> KubeCluster.in(server, words)), ours, IPTABLES, unordered));
  }

  @Test
  void nftables() throws Exception {
    RuleListing ours = ours(new Nftables(), AGENT, remote -> nftables(lister(remote)));
    eventually(
        () -> compare(nftables(words -> KubeCluster.in(agent, words)), ours, NFTABLES, Set.of()));
  }

  private static Lister lister(PlacedRemote remote) {
    return words ->
        remote
            .run(new Command(words[0], List.of(words).subList(1, words.length)), Remote.SOON)
            .out();
  }

  private interface Lister {
    String list(String... words) throws Exception;
  }

  private static RuleListing iptables(Lister lister) throws Exception {
    return RuleListing.ofIptables("ipv4", lister.list("iptables-nft-save"))
        .and(RuleListing.ofIptables("ipv6", lister.list("ip6tables-nft-save")));
  }

  private static RuleListing nftables(Lister lister) throws Exception {
    return RuleListing.ofNft("ip", lister.list("nft", "list", "table", "ip", "kube-proxy"))
        .and(RuleListing.ofNft("ip6", lister.list("nft", "list", "table", "ip6", "kube-proxy")));
  }

  /**
   * kube-proxy writes in steps, at most one a second; before its first there is no table to list.
   */
  private static void eventually(Executable check) throws Exception {
    long end = System.nanoTime() + Remote.SOON.toNanos();
    while (true) {
      try {
        check.execute();
        return;
      } catch (Throwable e) {
        if (System.nanoTime() > end) {
          throw new AssertionError("still after " + Remote.SOON.toSeconds() + " s", e);
        }
      }
      Thread.sleep(500);
    }
  }

  private interface Reader {
    RuleListing read(PlacedRemote remote) throws Exception;
  }

  /** Ours, in a network namespace of their own. */
  private RuleListing ours(ServiceDataPlane plane, String name, Reader reader) throws Exception {
    Tools tools = Tools.here();
    String netns = "spdp" + ProcessHandle.current().pid() + "x" + name;
    PlacedRemote remote = new PlacedRemote(netns, Launcher.here(tools).netns(netns));
    var status = cluster.client().nodes().withName(name).get().getStatus();
    List<InetAddress> own =
        status.getAddresses().stream()
            .filter(address -> address.getType().equals("InternalIP"))
            .map(address -> ip(address.getAddress()))
            .toList();
    DataPlaneNode node =
        new DataPlaneNode(
            name,
            remote,
            "eth0",
            List.of(),
            own.get(0),
            own.get(1),
            POD_CIDR4,
            POD_CIDR6,
            temporary,
            temporary);
    host("ip", "netns", "add", netns);
    try (RunningDataPlane running = plane.start(node, tools)) {
      List<ServicePort> services = new ArrayList<>(services(name));
      services.add(kubernetes());
      running.load(services);
      return reader.read(remote);
    } finally {
      host("ip", "netns", "del", netns);
    }
  }

  private static void host(String... words) throws Exception {
    var result = LocalProcess.run(words[0], List.of(words), "", Remote.SOON);
    assertEquals(0, result.exit(), result.err());
  }

  private static void compare(
      RuleListing there, RuleListing here, List<Difference> named, Set<String> unordered) {
    Set<String> onlyThere = new TreeSet<>(there.lines());
    here.lines().forEach(onlyThere::remove);
    Set<String> onlyHere = new TreeSet<>(here.lines());
    there.lines().forEach(onlyHere::remove);
    List<String> unseen = new ArrayList<>();
    for (Difference difference : named) {
      boolean seen = removeMatching(onlyThere, difference.onlyThere());
      seen |= removeMatching(onlyHere, difference.onlyHere());
      if (!seen) {
        unseen.add(difference.name());
      }
    }
    assertEquals("", report(onlyThere, onlyHere), "rules differ by more than is named");
    assertEquals(List.of(), unseen, "named differences that are none");
    sameOrder(there, here, unordered);
  }

  private static boolean removeMatching(Set<String> lines, String pattern) {
    return pattern != null && lines.removeIf(Pattern.compile(pattern).asMatchPredicate());
  }

  private static String report(Set<String> onlyThere, Set<String> onlyHere) {
    StringBuilder text = new StringBuilder();
    onlyThere.forEach(line -> text.append("kube-proxy: ").append(line).append('\n'));
    onlyHere.forEach(line -> text.append("ours:       ").append(line).append('\n'));
    return text.toString();
  }

  /** Its jumps are the kubelet's, too: whoever of the two comes first puts them at the bottom. */
  private static final String EITHERS = "-j KUBE-FIREWALL";

  /** What both have stands in the same order, but in chains whose order is that of a Go map. */
  private static void sameOrder(RuleListing there, RuleListing here, Set<String> unordered) {
    there
        .containers()
        .forEach(
            (name, lines) -> {
              List<String> own = here.containers().get(name);
              if (own != null && unordered.stream().noneMatch(name::endsWith)) {
                List<String> common =
                    lines.stream().filter(l -> own.contains(l) && !l.equals(EITHERS)).toList();
                assertEquals(
                    common,
                    own.stream().filter(l -> lines.contains(l) && !l.equals(EITHERS)).toList(),
                    name);
              }
            });
  }
}
