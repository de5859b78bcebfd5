package dev.shortpath.testbed.k3s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.testcontainers.containers.GenericContainer;

/** A server and an agent that joined by token, two families, kube-proxy in a mode on each. */
@Tag("k3s")
@ExtendWith(NeedsKubeNode.class)
class TwoNodesTest {
  /** Seconds until a machine that panicked starts again; the kubelet sets 10. */
  private static final Path PANIC = Path.of("/proc/sys/kernel/panic");

  private static final String TOKEN = "any text, as k3s takes it";

  private static KubeCluster cluster;
  private static GenericContainer<?> server;
  private static GenericContainer<?> agent;
  private static KubePods pods;
  private static Service service;
  private static String panic;

  @BeforeAll
  static void start() throws IOException {
    panic = Files.readString(PANIC);
    cluster = KubeCluster.onNetwork(true);
    server =
        cluster.startServer(
            "server",
            "--tls-san=localhost",
            "--cluster-cidr=10.42.0.0/16,fd42::/56",
            "--service-cidr=10.43.0.0/16,fd43::/112",
            "--token=" + TOKEN,
            "--kube-proxy-arg=proxy-mode=iptables");
    agent =
        cluster.startAgent(
            "worker",
            "--server=https://server:6443",
            "--token=" + TOKEN,
            "--node-label=shortpath.dev/role=worker",
            "--kube-proxy-arg=proxy-mode=nftables");
    pods = new KubePods(cluster.client());
    pods.start("near", "server");
    pods.start("far", "worker");
    service = pods.expose("far", "RequireDualStack");
    pods.awaitReady("near", "far");
  }

  @Test
  void bothNodesHaveRangesOfBothFamilies() {
    List<Node> nodes = cluster.client().nodes().list().getItems();
    assertEquals(2, nodes.size());
    for (Node node : nodes) {
      String name = node.getMetadata().getName();
      assertEquals(2, node.getSpec().getPodCIDRs().size(), name);
      assertEquals("v1.34.1", node.getStatus().getNodeInfo().getKubeletVersion(), name);
    }
    Node worker = cluster.client().nodes().withName("worker").get();
    assertEquals("worker", worker.getMetadata().getLabels().get("shortpath.dev/role"));
  }

  @Test
  void whatTheKubeletSetsForTheWholeMachineStaysInTheNode() throws IOException {
    assertEquals("10", KubeCluster.in(server, "cat", PANIC.toString()));
    assertEquals("10", KubeCluster.in(agent, "cat", PANIC.toString()));
    assertEquals(panic, Files.readString(PANIC));
  }

  @Test
  void podsOnTwoNodesSeeEachOthersAddresses() {
    assertEquals(2, pods.addresses("far").size());
    for (String address : pods.addresses("far")) {
      assertEquals("far", pods.fetch("near", address, KubePods.PORT), address);
    }
    String log = pods.log("far");
    for (String source : pods.addresses("near")) {
      assertTrue(log.contains(source), source + " is not in the log of the pod it asked: " + log);
    }
  }

  @Test
  void aServiceIsReachedByItsAddressesOnBothNodes() {
    assertEquals(2, service.getSpec().getClusterIPs().size());
    for (String address : service.getSpec().getClusterIPs()) {
      assertEquals("far", pods.fetch("near", address, 80), address);
      assertEquals("far", pods.fetch("far", address, 80), address);
    }
  }

  @Test
  void aNodePortAnswersOnEveryAddressOfEveryNode() {
    int port = service.getSpec().getPorts().get(0).getNodePort();
    int asked = 0;
    for (Node node : cluster.client().nodes().list().getItems()) {
      for (NodeAddress address : node.getStatus().getAddresses()) {
        if (address.getType().equals("InternalIP")) {
          assertEquals("far", pods.fetch("near", address.getAddress(), port), address.toString());
          asked++;
        }
      }
    }
    assertEquals(4, asked);
  }

  @Test
  void namesOfServicesAreResolvedInPods() {
    var deployments = cluster.client().apps().deployments().inNamespace("kube-system");
    deployments.withName("coredns").waitUntilReady(2, TimeUnit.MINUTES);
    assertEquals("far", pods.fetch("near", "far", 80));
    assertEquals("far", pods.fetch("far", "far.default.svc.cluster.local", 80));
    assertThrows(
        IllegalStateException.class,
        () -> pods.exec("near", "nslookup", "missing.default.svc.cluster.local"));
  }

  @Test
  void kubeProxyRunsInEachNodesMode() {
    assertEquals("iptables", proxyMode(server));
    assertEquals("nftables", proxyMode(agent));
    assertTrue(KubeCluster.in(server, "iptables-save", "-t", "nat").contains("KUBE-SVC-"));
    assertTrue(KubeCluster.in(server, "ip6tables-save", "-t", "nat").contains("KUBE-SVC-"));
    assertFalse(KubeCluster.in(agent, "iptables-save", "-t", "nat").contains("KUBE-SVC-"));
    for (String family : List.of("ip", "ip6")) {
      String table = KubeCluster.in(agent, "nft", "list", "table", family, "kube-proxy");
      assertTrue(table.contains("service-ips"), table);
    }
  }

  private static String proxyMode(GenericContainer<?> node) {
    return KubeCluster.in(
        node, "busybox", "wget", "-q", "-O", "-", "http://127.0.0.1:10249/proxyMode");
  }

  @AfterAll
  static void end() {
    if (cluster != null) {
      cluster.close();
    }
  }
}
