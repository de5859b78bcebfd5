package dev.shortpath.testbed.k3s;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.testcontainers.containers.GenericContainer;

/**
 * Nodes that start again with their data; everything else is k3s's default. Docker gives a
 * restarted container another port on the host, so all is asked inside the server's container.
 */
@Tag("k3s")
@Tag("nightly")
@ExtendWith(NeedsKubeNode.class)
class RestartTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private static KubeCluster cluster;
  private static GenericContainer<?> server;
  private static GenericContainer<?> agent;

  @BeforeAll
  static void start() throws IOException {
    cluster = KubeCluster.onNetwork(false);
    server = cluster.startServer("server");
    String token = KubeCluster.in(server, "cat", "/var/lib/rancher/k3s/server/node-token");
    agent = cluster.startAgent("worker", "--server=https://server:6443", "--token=" + token);
    KubePods pods = new KubePods(cluster.client());
    pods.start("near", "server");
    pods.start("far", "worker");
    pods.expose("far", "SingleStack");
    pods.awaitReady("near", "far");
    kubectl("create", "configmap", "kept", "--from-literal=a=b");
  }

  @Test
  void aServerThatStartsAgainHasItsDataAndItsPods() throws InterruptedException {
    restart(server);
    await("b", "get", "configmap", "kept", "-o", "jsonpath={.data.a}");
    allIsWell();
  }

  @Test
  void anAgentThatStartsAgainIsTheSameNode() throws InterruptedException {
    String uid = kubectl("get", "node", "worker", "-o", "jsonpath={.metadata.uid}");
    restart(agent);
    assertEquals(uid, kubectl("get", "node", "worker", "-o", "jsonpath={.metadata.uid}"));
    allIsWell();
  }

  private static void restart(GenericContainer<?> node) {
    Docker.client().restartContainerCmd(node.getContainerId()).withTimeout(30).exec();
  }

  private static void allIsWell() throws InterruptedException {
    String ready = "{.items[*].status.conditions[?(@.type==\"Ready\")].status}";
    await("True True", "get", "nodes", "-o", "jsonpath=" + ready);
    await("True True", "get", "pods", "-o", "jsonpath=" + ready);
    await(
        "far",
        "exec",
        "near",
        "--",
        "busybox",
        "timeout",
        "5",
        "wget",
        "-q",
        "-O",
        "-",
        "http://far");
  }

  private static void await(String wanted, String... kubectl) throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    String last;
    do {
      try {
        last = kubectl(kubectl);
        if (last.equals(wanted)) {
          return;
        }
      } catch (RuntimeException e) {
        last = String.valueOf(e.getMessage());
      }
      Thread.sleep(500);
    } while (System.nanoTime() < end);
    assertEquals(wanted, last, String.join(" ", kubectl));
  }

  private static String kubectl(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = "kubectl";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    return KubeCluster.in(server, command);
  }

  @AfterAll
  static void end() {
    if (cluster != null) {
      cluster.close();
    }
  }
}
