package dev.shortpath.testbed.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Attestation;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.Testbed;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedProvider;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.harness.testbed.Traffic;
import dev.shortpath.testbed.Echo;
import dev.shortpath.testbed.Sabotage;
import dev.shortpath.testbed.k3s.KubeNodeCluster;
import dev.shortpath.testbed.k3s.NeedsKubeNode;
import dev.shortpath.testbed.kube.RunNamespace;
import dev.shortpath.testbed.kube.servicepath.WorkersContract;
import dev.shortpath.testbed.servicepath.ServiceAddresses;
import dev.shortpath.testbed.ssh.SshServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The contract, held by topology {@code service-path} on {@code cluster}, its client a pod. */
@Tag("k3s")
@Tag("nightly")
@ExtendWith(NeedsKubeNode.class)
class ClusterServicePathTest extends WorkersContract {
  private static final Map<String, String> UNSHAPED = Map.of("link-mbit", "none");

  @TempDir static Path directory;

  private static KubeNodeCluster users;
  private static Map<String, String> options;

  @BeforeAll
  static void start() throws Exception {
    users = KubeNodeCluster.withWorkers(runId());
    Path kubeconfig = users.kubeconfig(directory.resolve("kubeconfig"));
    options = Map.of("context", KubeNodeCluster.CONTEXT, "kubeconfig", kubeconfig.toString());
  }

  @AfterAll
  static void end() {
    if (users != null) {
      users.close();
    }
  }

  @Override
  protected TestbedProvider provider() {
    try {
      return new ClusterProvider().with(options);
    } catch (TestbedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  protected Map<String, String> options() {
    return options;
  }

  @Override
  protected Map<String, String> parameters() {
    return UNSHAPED;
  }

  @Override
  protected Optional<String> impossible() {
    return Optional.empty();
  }

  @Override
  protected Treatment richest() {
    return treatment("nftables", 50, "position=last");
  }

  @Override
  protected List<Sabotage> sabotages() {
    List<String> none = List.of();
    return List.of(
        new Sabotage(
            "iptables-nft: another Service's NodePort gone",
            treatment("iptables-nft", 3, "position=last,ip-family=ipv6"),
            (scene, id) -> {
              users.exec("n2", "ip6tables", "-t", "nat", "-D", "KUBE-NODEPORTS", "1");
              return () -> {};
            },
            none,
            "the kernel held 2 of 3 Services of iptables-nft after the traffic"),
        new Sabotage(
            "nftables: an EndpointSlice gone",
            treatment("nftables", 3, "position=last,ip-family=ipv6"),
            (scene, id) -> {
              users
                  .admin()
                  .discovery()
                  .v1()
                  .endpointSlices()
                  .inNamespace(RunNamespace.name(id))
                  .withName("svc-00001-data-tcp-ipv6")
                  .delete();
              return () -> {};
            },
            none,
            "the API server had 2 of 3 EndpointSlices after the traffic"),
        new Sabotage(
            "another's Service comes",
            treatment("nftables", 3, "position=last"),
            (scene, id) -> {
              var others =
                  users
                      .admin()
                      .resource(
                          """
                          apiVersion: v1
                          kind: Service
                          metadata: {name: late, namespace: default}
                          spec: {ports: [{port: 80}]}
                          """);
              others.create();
              return others::delete;
            },
            none,
            "others had 2 Services in the cluster after the traffic, 1 when the testbed was set up"));
  }

  /** The other run's Services are in the same chains. */
  @Override
  protected void besideAnother(Testbed second) {
    AssertionError e = assertThrows(AssertionError.class, () -> super.besideAnother(second));
    assertTrue(e.getMessage().contains("others had 51 Services in the cluster"), e.getMessage());
  }

  /** Others' Services stay what they are, and their addresses and ports are not taken. */
  @Test
  void othersServicesAreLeftAlone() throws Exception {
    Treatment treatment = treatment("iptables-nft", 40, "position=last");
    var others =
        users
            .admin()
            .resource(
                """
                apiVersion: v1
                kind: Service
                metadata: {name: others, namespace: default}
                spec:
                  type: NodePort
                  clusterIP: 10.96.0.17
                  ports: [{name: a, port: 80, nodePort: 30001}, {name: b, port: 81, nodePort: 30002}]
                """)
            .create();
    TestbedRequest request =
        new TestbedRequest(runId(), topology(), UNSHAPED, List.of(treatment), directory);
    assertEquals(
        List.of(
            "testbed cluster: other Services have NodePorts, 2766 are left: use --topology-parameter"
                + " node-ports=2766"),
        provider().missing(request));
    request =
        new TestbedRequest(
            runId(),
            topology(),
            Map.of("link-mbit", "none", "node-ports", "2766"),
            List.of(treatment),
            directory);
    assertEquals(List.of(), provider().missing(request));
    String table = RunNamespace.name(request.runId());
    try (Testbed testbed = provider().open(request)) {
      changesAreInTheKernel(testbed, treatment);
      assertTrue(users.exec("n2", "nft", "list", "tables").contains(table));
    } finally {
      users.admin().resource(others).delete();
    }
    assertFalse(users.exec("n2", "nft", "list", "tables").contains(table));
  }

  private static Map<String, String> overSsh(SshServer server, String hosts) {
    Map<String, String> all = new LinkedHashMap<>(options);
    all.put("nodes", "n2,n3"); // kube-proxy of n1 writes rules once an hour
    all.put("client", server.address().toString());
    all.put("client-key", server.file("user").toString());
    all.put("known-hosts", server.file(hosts).toString());
    return all;
  }

  @Test
  void aClientOverSshConnectsFromOutside(@TempDir Path keys) throws Exception {
    String id = runId();
    Path there = Path.of(System.getProperty("user.home"), RunNamespace.name(id));
    List<Treatment> all = new ArrayList<>(treatments());
    all.removeIf(t -> t.level("service-data-plane", "").equals("none")); // no route leads to pods
    TestbedRequest request =
        new TestbedRequest(id, topology(), UNSHAPED, all, List.of("pingecho"), directory);
    try (SshServer server = new SshServer(keys)) {
      TestbedProvider changed = new ClusterProvider().with(overSsh(server, "changed_hosts"));
      List<String> said = changed.missing(request);
      assertEquals(1, said.size(), said.toString());
      assertTrue(said.get(0).contains("its key is not the one in"), said.get(0));
      TestbedProvider provider = new ClusterProvider().with(overSsh(server, "known_hosts"));
      assertEquals(List.of(), provider.missing(request));
      try (Testbed testbed = provider.open(request)) {
        assertTrue(testbed.parts().get("client").endsWith("over SSH"), "" + testbed.parts());
        assertTrue(Files.isExecutable(there.resolve("pingecho")));
        for (Treatment treatment : all) {
          try (Scene scene = testbed.prepare(treatment)) {
            Map<String, Long> before = scene.counters();
            Traffic traffic = Echo.exchange(scene);
            Attestation attestation = scene.attest(before, scene.counters(), traffic);
            assertTrue(attestation.attested(), treatment.id() + ": " + attestation.reason());
          }
        }
      }
      assertFalse(Files.exists(there));
      assertEquals(List.of(), remains(id));
    }
  }

  @Test
  void aConnectionThatWasLostLeavesNothingOnTheHost(@TempDir Path keys) throws Exception {
    String id = runId();
    Path there = Path.of(System.getProperty("user.home"), RunNamespace.name(id));
    List<Treatment> one = List.of(treatment("iptables-nft", 3, "position=first"));
    TestbedRequest request =
        new TestbedRequest(id, topology(), UNSHAPED, one, List.of("pingecho"), directory);
    try (SshServer server = new SshServer(keys)) {
      TestbedProvider provider = new ClusterProvider().with(overSsh(server, "known_hosts"));
      try (Testbed testbed = provider.open(request);
          Scene scene = testbed.prepare(one.get(0))) {
        server.cut();
        assertThrows(TestbedException.class, () -> Echo.exchange(scene));
        assertTrue(Files.exists(there));
      }
      assertFalse(Files.exists(there));
      assertEquals(List.of(), remains(id));
    }
  }

  @Test
  void whatAKilledRunLeftOnTheHostIsCleaned(@TempDir Path keys) throws Exception {
    String id = runId();
    Path there = Path.of(System.getProperty("user.home"), RunNamespace.name(id));
    try (SshServer server = new SshServer(keys)) {
      ClusterOptions told = ClusterOptions.of(overSsh(server, "known_hosts"));
      Notes.here().write(id, new Note(told.kubeconfig(), told.client()));
      Files.createDirectory(there);
      Files.writeString(there.resolve("foreign"), "");
      List<String> said = provider().clean();
      assertTrue(said.toString().contains("so it is not ours"), said.toString());
      assertTrue(Files.exists(there.resolve("foreign")));
      Files.writeString(there.resolve("shortpath-tether"), "");
      assertEquals(
          List.of("programs of run " + id + " on " + server.address()), provider().clean());
      assertFalse(Files.exists(there));
      assertEquals(List.of(), remains(id));
    } finally {
      Notes.here().delete(id);
    }
  }

  @Test
  void servicesOfOneFamilyAreWaitedForInThatFamily() throws Exception {
    Treatment treatment = treatment("nftables", 40, "position=last,ip-family=ipv4");
    TestbedRequest request =
        new TestbedRequest(runId(), topology(), UNSHAPED, List.of(treatment), directory);
    Map<String, String> single = new LinkedHashMap<>(options);
    single.put("service-cidr", ServiceAddresses.CIDR4);
    try (Testbed testbed = new ClusterProvider().with(single).open(request)) {
      changesAreInTheKernel(testbed, treatment);
    }
  }

  @Override
  protected List<String> remains(String runId) {
    List<String> names = new ArrayList<>(ClusterTestbedTest.remains(users, runId));
    for (String node : List.of("n2", "n3")) {
      if (tables(node).contains(RunNamespace.name(runId))) {
        names.add("table on " + node);
      }
    }
    return names;
  }

  private static String tables(String node) {
    try {
      return users.exec(node, "nft", "list", "tables");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
