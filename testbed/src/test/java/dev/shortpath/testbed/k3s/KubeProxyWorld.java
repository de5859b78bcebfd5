package dev.shortpath.testbed.k3s;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.testbed.dataplane.DataPlaneNode;
import dev.shortpath.testbed.dataplane.Endpoint;
import dev.shortpath.testbed.dataplane.Family;
import dev.shortpath.testbed.dataplane.RunningDataPlane;
import dev.shortpath.testbed.kube.ClusterServices;
import dev.shortpath.testbed.kube.servicepath.KubeProxy;
import dev.shortpath.testbed.kube.servicepath.NodeServices;
import dev.shortpath.testbed.kube.servicepath.ProxyMetrics;
import dev.shortpath.testbed.remote.Launcher;
import dev.shortpath.testbed.remote.LocalProcess;
import dev.shortpath.testbed.remote.PlacedRemote;
import dev.shortpath.testbed.servicepath.ServiceAddresses;
import dev.shortpath.testbed.tool.Tools;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.testcontainers.containers.GenericContainer;

/**
 * A cluster for the contract of Service data planes: the node under test with the pods a, b and c,
 * another node with the pod r, and a client beside the cluster, a network namespace on a link to
 * the node. Pods and client have the addresses that the contract gives them; the pods' own, given
 * by the cluster, are taken away.
 */
public final class KubeProxyWorld implements AutoCloseable {
  private static final String NODE = "n2";
  private static final String OTHER = "n3";
  private static final Map<String, String> PODS =
      Map.of("a", NODE, "b", NODE, "c", NODE, "r", OTHER);

  private final Tools tools = Tools.here();
  private final String client = "spdp" + ProcessHandle.current().pid() + "xclient";
  private final KubeCluster cluster;
  private final Map<String, ContainerNetwork> places = new HashMap<>();
  private DataPlaneNode node;
  private RunningDataPlane plane;

  private KubeProxyWorld(KubeCluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Starts all of it.
   *
   * @param name of the data plane that the node's kube-proxy is
   * @param namespaces of the Services
   */
  public static KubeProxyWorld open(String name, Path work, String... namespaces) throws Exception {
    KubeProxyWorld world = new KubeProxyWorld(KubeCluster.onNetwork(true));
    try {
      world.build(name, work, List.of(namespaces));
      return world;
    } catch (Exception | Error e) {
      world.close();
      throw e;
    }
  }

  private void build(String name, Path work, List<String> namespaces) throws Exception {
    cluster.startServer(
        "n1",
        "--tls-san=localhost",
        "--disable=coredns",
        "--cluster-cidr=" + K3sCluster.POD_CIDR4 + "," + K3sCluster.POD_CIDR6,
        "--service-cidr=" + ServiceAddresses.CIDR4 + "," + ServiceAddresses.CIDR6,
        "--kube-apiserver-arg=service-node-port-range=20000-32767",
        "--token=t",
        "--kube-proxy-arg=iptables-min-sync-period=1h",
        "--kube-proxy-arg=iptables-sync-period=1h");
    GenericContainer<?> tested = join(NODE, KubeProxy.mode(name));
    GenericContainer<?> other = join(OTHER, "iptables");
    ContainerNetwork network = ContainerNetwork.of(NODE, tested.getContainerId(), tools);
    KubePods pods = new KubePods(cluster.client());
    PODS.forEach(pods::start);
    pods.awaitReady(PODS.keySet().toArray(String[]::new));
    for (String pod : PODS.keySet()) {
      address(pod, PODS.get(pod).equals(NODE) ? 1 : 2);
    }
    network.sysctl(List.of("net.ipv4.icmp_ratelimit=0", "net.ipv6.icmp.ratelimit=0"));
    joinClient(network);
    for (String namespace : namespaces) {
      cluster
          .client()
          .resource(
              new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
          .create();
    }
    List<InetAddress> own = addresses(NODE);
    node =
        new DataPlaneNode(
            NODE,
            network.remote(),
            "up0",
            List.of(),
            own.get(0),
            own.get(1),
            K3sCluster.POD_CIDR4,
            K3sCluster.POD_CIDR6,
            work,
            work);
    ClusterServices api = new ClusterServices(cluster.client(), Map.of(), KubeProxyWorld::nodeOf);
    plane =
        new KubeProxy(
            name,
            NODE,
            ContainerNode.of(cluster.client(), NODE, tested.getContainerId(), tools),
            List.of(),
            new NodeServices(api, namespaces));
  }

  private GenericContainer<?> join(String name, String mode) {
    return cluster.startAgent(
        name,
        "--server=https://n1:6443",
        "--token=t",
        "--kube-proxy-arg=proxy-mode=" + mode,
        "--kube-proxy-arg=metrics-bind-address=0.0.0.0:" + ProxyMetrics.PORT);
  }

  /** Nodes have their ranges in the order in which they joined. */
  private static String nodeOf(Endpoint endpoint) {
    return endpoint.ipv4().getAddress()[2] == 1 ? NODE : OTHER;
  }

  private void address(String pod, int net) throws Exception {
    var resource = cluster.client().pods().inNamespace("default").withName(pod).get();
    long pid = ContainerNetwork.processOf(pod, resource.getMetadata().getUid());
    ContainerNetwork network = new ContainerNetwork(pod, pid, tools);
    int host = pod.equals("r") ? 10 : 10 + pod.charAt(0) - 'a';
    network.batch(
        "ip",
        List.of(
            "addr flush dev eth0 scope global",
            "addr add 10.244.%d.%d/24 dev eth0".formatted(net, host),
            "addr add fd00:10:244:%d::%d/64 dev eth0 nodad".formatted(net, host),
            "route replace default via 10.244.%d.1 dev eth0".formatted(net),
            "route replace default via fd00:10:244:%d::1 dev eth0".formatted(net)));
    places.put(pod, network);
  }

  private void joinClient(ContainerNetwork node) throws Exception {
    host("ip", "netns", "add", client);
    node.batch(
        "ip",
        List.of(
            "link add up0 type veth peer name eth0 netns " + client,
            "addr add 203.0.113.1/24 dev up0",
            "addr add 2001:db8:113::1/64 dev up0 nodad",
            "link set up0 up",
            // What no data plane takes goes on to the client, which refuses it, as the router of
            // other worlds.
            "route add " + ServiceAddresses.CIDR4 + " via 203.0.113.2",
            "route add " + ServiceAddresses.CIDR6 + " via 2001:db8:113::2"));
    host("ip", "-n", client, "addr", "add", "203.0.113.2/24", "dev", "eth0");
    host("ip", "-n", client, "addr", "add", "2001:db8:113::2/64", "dev", "eth0", "nodad");
    host("ip", "-n", client, "link", "set", "lo", "up");
    host("ip", "-n", client, "link", "set", "eth0", "up");
    host("ip", "-n", client, "route", "add", "default", "via", "203.0.113.1");
    host("ip", "-n", client, "route", "add", "default", "via", "2001:db8:113::1");
    host("ip", "-n", client, "route", "add", "unreachable", ServiceAddresses.CIDR4);
    host("ip", "-n", client, "route", "add", "unreachable", ServiceAddresses.CIDR6);
    new PlacedRemote(client, launcher("client"))
        .feed(
            Command.of(
                "sysctl",
                "-q",
                "-w",
                "net.ipv4.ip_forward=1",
                "net.ipv6.conf.all.forwarding=1",
                "net.ipv4.icmp_ratelimit=0",
                "net.ipv6.icmp.ratelimit=0"),
            "",
            Remote.SOON);
  }

  private static void host(String... words) throws Exception {
    var result = LocalProcess.run(words[0], List.of(words), "", Remote.SOON);
    assertEquals(0, result.exit(), result.err());
  }

  private List<InetAddress> addresses(String name) throws Exception {
    List<InetAddress> own = new ArrayList<>();
    for (var address : cluster.client().nodes().withName(name).get().getStatus().getAddresses()) {
      if (address.getType().equals("InternalIP")) {
        own.add(InetAddress.getByName(address.getAddress()));
      }
    }
    own.sort((x, y) -> Integer.compare(x.getAddress().length, y.getAddress().length));
    return own;
  }

  /** The node under test. */
  public DataPlaneNode node() {
    return node;
  }

  /** Its kube-proxy. */
  public RunningDataPlane plane() {
    return plane;
  }

  /** Into a place: a pod, or {@code client}. */
  public Launcher launcher(String place) {
    return place.equals("client")
        ? new Launcher(tools, List.of()).netns(client)
        : places.get(place).remote().launcher();
  }

  /** Where masqueraded flows of the node come from. */
  public Set<String> ownAddresses() {
    Set<String> own = new LinkedHashSet<>(List.of("10.244.1.1", "fd00:10:244:1::1"));
    own.add(Family.text(node.ipv4()));
    own.add(Family.text(node.ipv6()));
    return own;
  }

  @Override
  public void close() throws Exception {
    try {
      if (Path.of("/run/netns", client).toFile().exists()) {
        host("ip", "netns", "del", client);
      }
    } finally {
      cluster.close();
    }
  }
}
