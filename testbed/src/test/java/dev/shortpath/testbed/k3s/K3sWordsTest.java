package dev.shortpath.testbed.k3s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.TestbedException;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What testbed k3s asks for and refuses, as far as that takes neither Docker nor a cluster. */
class K3sWordsTest {
  private static final String UID = "0a1b2c3d-0000-4000-8000-00000000000e";

  @Test
  void treatmentsAreChecked() throws Exception {
    K3sTreatment plain = K3sTreatment.of(new Treatment(Map.of("mesh", "none")));
    assertTrue(plain.oneNode() && !plain.ipv6() && !plain.shortcut().redirects());
    K3sTreatment other =
        K3sTreatment.of(
            new Treatment(
                Map.of("shortcut", "sockmap", "placement", "two-nodes", "ip-family", "ipv6")));
    assertTrue(!other.oneNode() && other.ipv6() && other.shortcut().redirects());
    assertNotEquals(plain.pair(), other.pair());
    for (Map<String, String> bad : List.of(Map.of("mesh", "ambient"), Map.of("services", "1"))) {
      TestbedException e =
          assertThrows(TestbedException.class, () -> K3sTreatment.of(new Treatment(bad)));
      assertEquals(1, e.getMessage().lines().count());
    }
  }

  @Test
  void everyRunHasALocalRangeOfItsOwn() {
    assertEquals("fd5a:0:1::/64", Cluster.subnet("000001"));
    assertEquals("fd5a:81bf:fff::/64", Cluster.subnet("zzzzzz"));
    assertNotEquals(Cluster.subnet("abcdef"), Cluster.subnet("abcdeg"));
  }

  @Test
  void aPodIsPlacedAndHasNoRights() {
    Pod pod = Pods.waiting("client-1", "n2", "shortpath/workload:1");
    var terms =
        pod.getSpec()
            .getAffinity()
            .getNodeAffinity()
            .getRequiredDuringSchedulingIgnoredDuringExecution()
            .getNodeSelectorTerms();
    assertEquals(List.of("n2"), terms.get(0).getMatchExpressions().get(0).getValues());
    Container container = pod.getSpec().getContainers().get(0);
    assertEquals("Never", container.getImagePullPolicy());
    assertEquals(List.of("ALL"), container.getSecurityContext().getCapabilities().getDrop());
    assertTrue(container.getSecurityContext().getRunAsNonRoot());
  }

  @Test
  void aPodsCgroupIsFoundBelowItsNodesOnly(@TempDir Path cgroup2) throws Exception {
    Path own = cgroup2.resolve("docker/n1");
    Node node = new Node("n1", cgroup2, own);
    Path pod = Files.createDirectories(own.resolve("kubepods/besteffort/pod" + UID + "/c"));
    assertEquals(pod.getParent(), node.cgroupOf("client-1", UID));
    Path systemd = own.resolve("kubepods.slice/kubepods-pod" + "aa_bb" + ".slice");
    Files.createDirectories(systemd);
    assertEquals(systemd, node.cgroupOf("client-1", "aa-bb"));
    Files.createDirectories(cgroup2.resolve("kubepods/podelsewhere"));
    TestbedException e =
        assertThrows(TestbedException.class, () -> node.cgroupOf("client-1", "elsewhere"));
    assertTrue(e.getMessage().contains("does not run below its node's own cgroup"), e.toString());
  }
}
