package dev.shortpath.testbed.k3s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Action;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.Testbed;
import dev.shortpath.harness.testbed.TestbedProvider;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.Sabotage;
import dev.shortpath.testbed.TestbedContract;
import dev.shortpath.testbed.kube.RunNamespace;
import dev.shortpath.testbed.kube.servicepath.ServicePathTopology;
import dev.shortpath.testbed.servicepath.Position;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The contract, held by topology {@code service-path} on {@code k3s}. */
@Tag("k3s")
@Tag("nightly")
@ExtendWith(NeedsKubeNode.class)
class K3sServicePathTest extends TestbedContract {
  @TempDir Path directory;

  @Override
  protected TestbedProvider provider() {
    return new K3sProvider();
  }

  @Override
  protected Optional<String> impossible() {
    return Docker.missing();
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
    return treatment("nftables", 300, "position=last");
  }

  @Override
  protected List<Sabotage> sabotages() {
    List<String> none = List.of();
    return List.of(
        new Sabotage(
            "none: the worker rewrites addresses",
            treatment("none", 1, "position=first"),
            onWorker(
                "nft",
                "add table inet t; add chain inet t c { type nat hook prerouting priority -150; };"
                    + " add rule inet t c tcp dport 30000 dnat ip to 10.244.1.250"),
            none,
            "got 0 echoes"),
        new Sabotage(
            "iptables-nft: another Service's NodePort gone",
            treatment("iptables-nft", 3, "position=last,ip-family=ipv6"),
            onWorker("ip6tables", "-t", "nat", "-D", "KUBE-NODEPORTS", "1"),
            none,
            "the kernel held 2 of 3 Services of iptables-nft after the traffic"),
        new Sabotage(
            "nftables: another Service's ClusterIP gone",
            treatment("nftables", 3, "position=last,ip-family=ipv6"),
            onWorker(
                "nft",
                "delete element ip6 kube-proxy service-ips { fd00:10:96::10 . tcp . 30000 }"),
            none,
            "the kernel held 2 of 3 Services of nftables after the traffic"),
        new Sabotage(
            "nftables: an EndpointSlice gone",
            treatment("nftables", 3, "position=last,ip-family=ipv6"),
            (scene, id) -> {
              kubectl(id, "delete", "endpointslice", "svc-00001-data-tcp-ipv6");
              return () -> {};
            },
            none,
            "the API server had 2 of 3 EndpointSlices after the traffic"));
  }

  private static Sabotage.Deed onWorker(String... command) {
    return (scene, id) -> {
      run(id, "n2", command);
      return () -> {};
    };
  }

  private static void kubectl(String id, String... words) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "kubectl", "--kubeconfig=/etc/rancher/k3s/k3s.yaml", "-n", RunNamespace.name(id)));
    command.addAll(List.of(words));
    run(id, "n1", command.toArray(String[]::new));
  }

  private static void run(String id, String node, String... command) throws Exception {
    String container = "shortpath-" + id + "-" + node;
    try (ContainerExec exec = ContainerExec.start(command[0], container, List.of(command))) {
      assertEquals(0, exec.await(Remote.SOON), exec::err);
    }
  }

  /** What a workload may change, each change and back again, is in the kernel when it returns. */
  @Test
  void changesAreInTheKernelWhenTheyAreOver() throws Exception {
    Treatment treatment = treatment("iptables-nft", 40, "position=last");
    Treatment other = treatment("nftables", 40, "position=last");
    TestbedRequest request =
        new TestbedRequest(runId(), topology(), Map.of(), List.of(treatment, other), directory);
    try (Testbed testbed = provider().open(request)) {
      for (Treatment each : List.of(treatment, other)) {
        try (Scene scene = testbed.prepare(each)) {
          counted(scene, 40);
          for (String name : List.of("add-service", "remove-service", "change-endpoint", "load")) {
            Action.Span span = scene.actions().get(name).perform();
            assertTrue(span.endNanos() > span.startNanos(), name);
            counted(scene, name.equals("add-service") ? 41 : 40);
          }
        }
      }
    }
  }

  private static void counted(Scene scene, long services) throws Exception {
    Map<String, Long> counters = scene.counters();
    assertEquals(services, counters.get("services.counted"));
    assertEquals(services, counters.get("services.asked"));
    assertEquals(counters.get("api.endpoint-slices-asked"), counters.get("api.endpoint-slices"));
  }

  @Override
  protected List<String> remains(String runId) {
    return Labelled.remains(runId);
  }
}
