package dev.shortpath.testbed.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.Running;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.gate.BpfPrograms;
import dev.shortpath.testbed.k3s.KubeNodeCluster;
import dev.shortpath.testbed.k3s.NeedsKubeNode;
import dev.shortpath.testbed.remote.LocalProcess;
import dev.shortpath.testbed.tool.Tools;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The agents of two nodes on one kernel: what comes and goes with them. */
@Tag("k3s")
@Tag("nightly")
@ExtendWith(NeedsKubeNode.class)
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class AgentDaemonSetTest {
  private static final int PORT = 17000;

  private static KubeNodeCluster cluster;
  private static Pods pods;
  private static PodManifests manifests;

  private final AgentDaemonSet set = new AgentDaemonSet(pods, cluster.nodes());

  @BeforeAll
  static void start() throws Exception {
    String digits = "0000" + Long.toString(ProcessHandle.current().pid(), 36);
    String id = "ds" + digits.substring(digits.length() - 4);
    cluster = KubeNodeCluster.start(id);
    pods = new Pods(cluster.admin(), id);
    manifests = new PodManifests(id, cluster.images());
    new RunNamespace(cluster.admin(), id).make(new Needs(2, true, true));
  }

  @AfterAll
  static void end() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @AfterEach
  void away() throws Exception {
    set.remove();
  }

  @Test
  void anUpgradeLeavesNothingOfTheOldAndTheEndNothingAtAll() throws Exception {
    List<NodeAgent> old = set.attach(manifests, PORT);
    assertEquals(cluster.nodes(), old.stream().map(NodeAgent::node).toList());
    List<Path> places = old.stream().map(AgentDaemonSetTest::kubepods).toList();
    assertNotEquals(places.get(0), places.get(1), "each at its own node's cgroup");
    BpfPrograms olds = new BpfPrograms();
    olds.remember(processes(old));
    assertEquals(List.of(1, 1), attached(places));

    upgrade();
    List<NodeAgent> upgraded = set.awaitAttached(cluster.images());
    for (int i = 0; i < old.size(); i++) {
      assertNotEquals(old.get(i).pod(), upgraded.get(i).pod());
      assertTrue(upgraded.get(i).counters().size() > 0);
      assertThrows(TestbedException.class, old.get(i)::counters);
    }
    assertEquals(Set.of(), olds.left(), "programs of the agents before the upgrade");
    assertEquals(List.of(1, 1), attached(places));

    BpfPrograms news = new BpfPrograms();
    news.remember(processes(upgraded));
    set.remove();
    assertEquals(Set.of(), news.left(), "programs of the agents after the upgrade");
    assertEquals(List.of(0, 0), attached(places));
    assertEquals(List.of(), pods.labelled(AgentDaemonSet.SELECTOR));
  }

  @Test
  void anUpgradeBreaksNoConnectionThatIsRedirected() throws Exception {
    Node node = cluster.nodes().get(0);
    AgentDaemonSet one = new AgentDaemonSet(pods, List.of(node));
    for (String name : List.of("client", "server")) {
      pods.create(manifests.waiting(name, node.name()));
    }
    PodRemote client = new PodRemote(cluster.admin(), pods.namespace(), "client");
    PodRemote server = new PodRemote(cluster.admin(), pods.namespace(), "server");
    String at = Pods.address(pods.awaitReady("server"), false).getHostAddress() + ":" + PORT;
    pods.awaitReady("client");
    Command listen = Command.of("pingecho", "server", "--listen", at);
    Command talk =
        Command.of("pingecho", "client", "--connect", at, "--interval-us", "1000")
            .and("--timeout-ms", "10000");

    NodeAgent old = one.attach(manifests, PORT).get(0);
    BpfPrograms olds = new BpfPrograms();
    olds.remember(processes(List.of(old)));
    try (Running serving = server.start(listen)) {
      serving.out().read();
      try (Running talking = client.start(talk.and("--duration-s", "15"))) {
        CompletableFuture<String> said = CompletableFuture.supplyAsync(() -> text(talking.out()));
        awaitRedirected(old);
        upgrade();
        NodeAgent upgraded = one.awaitAttached(cluster.images()).get(0);
        assertNotEquals(old.pod(), upgraded.pod());
        assertFalse(said.isDone(), "messages were sent before, meanwhile and after");

        assertTrue(client.run(talk.and("--count", "200"), Remote.SOON).ok());
        assertTrue(redirected(upgraded) > 300, "a new connection is the new agent's");
        assertEquals(0, talking.await(Remote.SOON), talking.err());
        String end = said.get().lines().filter(l -> l.startsWith("# end")).findFirst().orElse("");
        assertTrue(end.matches("# end sent=(\\d+) received=\\1 lost=0 .*"), end);
      }
    }
    assertEquals(Set.of(), olds.left(), "programs of the agent before, whose connections ended");
  }

  @Test
  void anAgentThatWasStartedAgainIsNotTakenForTheOneBefore() throws Exception {
    NodeAgent agent = set.attach(manifests, PORT).get(0);
    agent.counters();
    for (long pid : processes(List.of(agent))) {
      ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    }
    cluster
        .admin()
        .pods()
        .inNamespace(pods.namespace())
        .withName(agent.pod())
        .waitUntilCondition(
            pod ->
                Readiness.isPodReady(pod)
                    && pod.getStatus().getContainerStatuses().get(0).getRestartCount() == 1,
            1,
            TimeUnit.MINUTES);
    TestbedException e = assertThrows(TestbedException.class, agent::counters);
    assertEquals(
        "the agent of node n1 has ended in between, and its counts with it", e.getMessage());
    set.awaitAttached(cluster.images()).get(0).counters();
  }

  @Test
  void anAgentThatCannotAttachIsToldWithItsLastWords() {
    TestbedException e = assertThrows(TestbedException.class, () -> set.attach(manifests, 70_000));
    String said = e.getMessage();
    assertEquals(1, said.lines().count(), said);
    assertTrue(said.matches("the agent of node n[12] is not attached: CrashLoopBackOff: .*"), said);
    assertTrue(said.contains(", it said: shortpath-agent: --ports '70000'"), said);
  }

  /** Another version of it is wanted. */
  private static void upgrade() {
    cluster
        .admin()
        .apps()
        .daemonSets()
        .inNamespace(pods.namespace())
        .withName(AgentDaemonSet.NAME)
        .edit(
            now ->
                new DaemonSetBuilder(now)
                    .editSpec()
                    .editTemplate()
                    .editMetadata()
                    .addToAnnotations("example.org/version", "2")
                    .endMetadata()
                    .endTemplate()
                    .endSpec()
                    .build());
  }

  private static long redirected(NodeAgent agent) throws Exception {
    return agent.counters().get("agent." + agent.node().name() + ".messages.redirected");
  }

  private static void awaitRedirected(NodeAgent agent) throws Exception {
    long end = System.nanoTime() + Remote.SOON.toNanos();
    while (redirected(agent) < 100) {
      assertTrue(System.nanoTime() < end, "nothing is redirected");
      Thread.sleep(50);
    }
  }

  private static String text(InputStream stream) {
    try {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of the node that an agent serves; agents are attached there. */
  private static Path kubepods(NodeAgent agent) {
    Path path = agent.cgroup().orElseThrow();
    while (!path.endsWith("kubepods")) {
      path = path.getParent();
    }
    return path;
  }

  /** How many programs are attached to each of these cgroups. */
  private static List<Integer> attached(List<Path> cgroups) throws Exception {
    String bpftool = Tools.here().locate("bpftool").toString();
    List<Integer> counts = new ArrayList<>();
    for (Path cgroup : cgroups) {
      Result result =
          LocalProcess.run(
              "bpftool",
              List.of(bpftool, "-j", "cgroup", "show", cgroup.toString()),
              "",
              Duration.ofSeconds(10));
      assertTrue(result.ok(), result.lastWord());
      JsonNode programs = new ObjectMapper().readTree(result.out());
      counts.add(programs.size());
    }
    return counts;
  }

  /** The agents' own processes, without those that hold their pods and those that ask them. */
  private static Set<Long> processes(List<NodeAgent> agents) throws Exception {
    Set<Long> pids = new TreeSet<>();
    for (NodeAgent agent : agents) {
      try (Stream<Path> files = Files.walk(agent.cgroup().orElseThrow())) {
        for (Path file : files.filter(path -> path.endsWith("cgroup.procs")).toList()) {
          for (String pid : Files.readAllLines(file)) {
            ProcessHandle.of(Long.parseLong(pid))
                .filter(p -> p.info().commandLine().orElse("").contains(" attach "))
                .ifPresent(p -> pids.add(p.pid()));
          }
        }
      }
    }
    return pids;
  }
}
