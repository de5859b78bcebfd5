package dev.shortpath.testbed.k3s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.testcontainers.containers.GenericContainer;

/** A node for a Service data plane of the user's: pods, but no kube-proxy and no CoreDNS. */
@Tag("k3s")
@Tag("nightly")
@ExtendWith(NeedsKubeNode.class)
class NoKubeProxyTest {
  private static KubeCluster cluster;
  private static GenericContainer<?> server;
  private static KubePods pods;

  @BeforeAll
  static void start() throws IOException {
    cluster = KubeCluster.onNetwork(false);
    server = cluster.startServer("server", "--disable-kube-proxy", "--disable=coredns");
    pods = new KubePods(cluster.client());
    pods.start("client", "server");
    pods.start("echo", "server");
    pods.awaitReady("client", "echo");
  }

  @Test
  void podsReachPodsButNoService() {
    String address = pods.addresses("echo").get(0);
    assertEquals("echo", pods.fetch("client", address, KubePods.PORT));
    String clusterIP = pods.expose("echo", "SingleStack").getSpec().getClusterIP();
    assertThrows(IllegalStateException.class, () -> pods.fetch("client", clusterIP, 80));
  }

  @Test
  void theNodeHasNoRuleOfKubeProxy() {
    assertFalse(KubeCluster.in(server, "iptables-save").contains("KUBE-SERVICES"));
    assertFalse(KubeCluster.in(server, "nft", "list", "tables").contains("kube-proxy"));
  }

  @Test
  void noCoreDnsIsDeployed() {
    assertEquals(
        0, cluster.client().apps().deployments().inAnyNamespace().list().getItems().size());
  }

  @AfterAll
  static void end() {
    if (cluster != null) {
      cluster.close();
    }
  }
}
