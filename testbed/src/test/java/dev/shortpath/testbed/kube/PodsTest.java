package dev.shortpath.testbed.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedRequest;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is asked of a Kubernetes, as far as that takes no cluster. */
class PodsTest {
  @Test
  void treatmentsAreChecked() throws Exception {
    PodsTreatment plain = PodsTreatment.of(new Treatment(Map.of("mesh", "none")));
    assertTrue(plain.oneNode() && !plain.ipv6() && !plain.shortcut().redirects());
    PodsTreatment other =
        PodsTreatment.of(
            new Treatment(
                Map.of("shortcut", "sockmap", "placement", "two-nodes", "ip-family", "ipv6")));
    assertTrue(!other.oneNode() && other.ipv6() && other.shortcut().redirects());
    assertNotEquals(plain.pair(), other.pair());
    for (Map<String, String> bad : List.of(Map.of("mesh", "ambient"), Map.of("services", "1"))) {
      TestbedException e =
          assertThrows(TestbedException.class, () -> PodsTreatment.of(new Treatment(bad)));
      assertEquals(1, e.getMessage().lines().count());
    }
  }

  @Test
  void processorsOfOtherMachinesCannotBeKeptAwake() {
    Treatment awake = new Treatment(Map.of("idle", "awake"));
    TestbedRequest request =
        new TestbedRequest("abcdef", "pods", Map.of(), List.of(awake), Path.of("/"));
    assertEquals(List.of("sleep"), new PodsTopology().factors().get("idle"));
    List<String> lines = new PodsTopology().missing(request);
    assertEquals(1, lines.size(), lines.toString());
    assertTrue(lines.get(0).endsWith("use --set idle=sleep"), lines.get(0));
    assertEquals(List.of("sleep", "awake"), PodsTopology.onThisMachine().factors().get("idle"));
  }

  private static PodManifests manifests() {
    Images.Image image = new Images.Image("shortpath/workload:1", "sha256:1", Path.of("x"));
    return new PodManifests("abc123", new Images(image, image, Optional.empty(), "Never"));
  }

  private static List<List<String>> nodesOf(PodSpec spec) {
    return spec
        .getAffinity()
        .getNodeAffinity()
        .getRequiredDuringSchedulingIgnoredDuringExecution()
        .getNodeSelectorTerms()
        .stream()
        .map(NodeSelectorTerm::getMatchFields)
        .map(fields -> fields.get(0).getValues())
        .toList();
  }

  @Test
  void aPodIsPlacedAndHasNoRights() {
    Pod pod = manifests().waiting("client-1", "n2");
    assertEquals(List.of(List.of("n2")), nodesOf(pod.getSpec()));
    Container container = pod.getSpec().getContainers().get(0);
    assertEquals("Never", container.getImagePullPolicy());
    assertEquals(List.of("ALL"), container.getSecurityContext().getCapabilities().getDrop());
    assertTrue(container.getSecurityContext().getRunAsNonRoot());
  }

  @Test
  void agentsAreOnTheirNodesAloneAndNeverTwoOnOne() {
    DaemonSet set = manifests().agents(List.of("n1", "n2"), 17000);
    var template = set.getSpec().getTemplate();
    // The API takes one value in each term.
    assertEquals(List.of(List.of("n1"), List.of("n2")), nodesOf(template.getSpec()));
    var update = set.getSpec().getUpdateStrategy().getRollingUpdate();
    assertEquals(0, update.getMaxSurge().getIntVal());
    assertEquals(1, update.getMaxUnavailable().getIntVal());
    var labels = template.getMetadata().getLabels();
    assertTrue(
        labels.entrySet().containsAll(set.getSpec().getSelector().getMatchLabels().entrySet()));
    assertEquals("abc123", labels.get(RunNamespace.RUN));
    Container container = template.getSpec().getContainers().get(0);
    assertEquals(
        List.of("SYS_ADMIN", "NET_ADMIN"),
        container.getSecurityContext().getCapabilities().getAdd());
    assertTrue(container.getVolumeMounts().stream().allMatch(mount -> mount.getReadOnly()));
  }
}
