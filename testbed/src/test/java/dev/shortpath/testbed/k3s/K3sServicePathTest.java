package dev.shortpath.testbed.k3s;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.TestbedProvider;
import dev.shortpath.testbed.Sabotage;
import dev.shortpath.testbed.kube.RunNamespace;
import dev.shortpath.testbed.kube.servicepath.WorkersContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract, held by topology {@code service-path} on {@code k3s}. */
@Tag("k3s")
@Tag("nightly")
@ExtendWith(NeedsKubeNode.class)
class K3sServicePathTest extends WorkersContract {
  @Override
  protected TestbedProvider provider() {
    return new K3sProvider();
  }

  @Override
  protected Optional<String> impossible() {
    return Docker.missing();
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

  @Override
  protected List<String> remains(String runId) {
    return Labelled.remains(runId);
  }
}
