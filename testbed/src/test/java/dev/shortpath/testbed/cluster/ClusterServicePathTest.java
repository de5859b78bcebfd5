package dev.shortpath.testbed.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Action;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.Testbed;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedProvider;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.Sabotage;
import dev.shortpath.testbed.TestbedContract;
import dev.shortpath.testbed.k3s.KubeNodeCluster;
import dev.shortpath.testbed.k3s.NeedsKubeNode;
import dev.shortpath.testbed.kube.RunNamespace;
import dev.shortpath.testbed.kube.servicepath.ServicePathTopology;
import dev.shortpath.testbed.servicepath.Position;
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
class ClusterServicePathTest extends TestbedContract {
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
  protected String topology() {
    return "service-path";
  }

  private static Treatment treatment(String plane, int services, String levels) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("service-data-plane", plane);
    all.put("services", Integer.toString(services));
    for (String level : levels.split(",")) {
      all.put(level.split("=")[0], level.split("=")[1]);
    }
    return new Treatment(all);
  }

  @Override
  protected List<Treatment> treatments() {
    List<Treatment> all = new ArrayList<>();
    for (String family : List.of("ipv4", "ipv6")) {
      for (String plane : ServicePathTopology.PLANES) {
        String position = Position.LEVELS.get(all.size() % Position.LEVELS.size());
        all.add(
            treatment(plane, 1 + 2 * all.size(), "ip-family=" + family + ",position=" + position));
      }
    }
    return all;
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
            treatment("iptables-nft", 3, "position=last"),
            (scene, id) -> {
              users.exec("n2", "ip6tables", "-t", "nat", "-D", "KUBE-NODEPORTS", "1");
              return () -> {};
            },
            none,
            "the kernel held 2 of 3 Services of iptables-nft after the traffic"),
        new Sabotage(
            "nftables: an EndpointSlice gone",
            treatment("nftables", 3, "position=last"),
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
            "the API server had 5 of 6 EndpointSlices after the traffic"));
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
                  ports: [{port: 80, nodePort: 30001}]
                """)
            .create();
    TestbedRequest request =
        new TestbedRequest(runId(), topology(), UNSHAPED, List.of(treatment), directory);
    assertEquals(
        List.of(
            "testbed cluster: other Services have NodePorts, 2767 are left: use --parameter"
                + " node-ports=2767"),
        provider()
            .missing(
                new TestbedRequest(
                    runId(),
                    topology(),
                    Map.of("link-mbit", "none", "node-ports", "2767"),
                    List.of(treatment),
                    directory))
            .stream()
            .filter(line -> line.contains("2768"))
            .toList(),
        "there is room for 2767");
    try (Testbed testbed = provider().open(request)) {
      try (Scene scene = testbed.prepare(treatment)) {
        counted(scene, 40);
        for (String name : List.of("add-service", "remove-service", "change-endpoint", "load")) {
          Action.Span span = scene.actions().get(name).perform();
          assertTrue(span.endNanos() > span.startNanos(), name);
          counted(scene, name.equals("add-service") ? 41 : 40);
        }
      }
      assertTrue(users.exec("n2", "nft", "list", "tables").contains(RunNamespace.name(runId())));
    } finally {
      users.admin().resource(others).delete();
    }
    assertFalse(users.exec("n2", "nft", "list", "tables").contains(RunNamespace.name(runId())));
  }

  private static void counted(Scene scene, long services) throws Exception {
    Map<String, Long> counters = scene.counters();
    assertEquals(services, counters.get("services.counted"));
    assertEquals(services, counters.get("services.asked"));
    assertEquals(counters.get("api.endpoint-slices-asked"), counters.get("api.endpoint-slices"));
  }

  @Override
  protected List<String> remains(String runId) {
    return ClusterTestbedTest.remains(users, runId);
  }
}
