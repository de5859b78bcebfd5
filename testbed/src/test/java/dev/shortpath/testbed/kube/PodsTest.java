package dev.shortpath.testbed.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedRequest;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

  @Test
  void aPodIsPlacedAndHasNoRights() {
    Images.Image image = new Images.Image("shortpath/workload:1", "sha256:1", Path.of("x"));
    Pod pod =
        new PodManifests("abc123", new Images(image, image, "Never")).waiting("client-1", "n2");
    var terms =
        pod.getSpec()
            .getAffinity()
            .getNodeAffinity()
            .getRequiredDuringSchedulingIgnoredDuringExecution()
            .getNodeSelectorTerms();
    assertEquals(List.of("n2"), terms.get(0).getMatchFields().get(0).getValues());
    Container container = pod.getSpec().getContainers().get(0);
    assertEquals("Never", container.getImagePullPolicy());
    assertEquals(List.of("ALL"), container.getSecurityContext().getCapabilities().getDrop());
    assertTrue(container.getSecurityContext().getRunAsNonRoot());
  }
}
