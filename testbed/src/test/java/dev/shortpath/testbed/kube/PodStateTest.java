package dev.shortpath.testbed.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.testbed.TestbedException;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PodStateTest {
  private static PodBuilder pod() {
    return new PodBuilder()
        .withNewSpec()
        .withNodeName("n1")
        .addNewContainer()
        .withImage("r/w:1")
        .endContainer()
        .endSpec()
        .withNewStatus()
        .withPhase("Pending")
        .endStatus();
  }

  private static PodState waiting(String reason, String message) {
    Pod pod =
        pod()
            .editStatus()
            .addNewContainerStatus()
            .withNewState()
            .withNewWaiting(message, reason)
            .endState()
            .endContainerStatus()
            .endStatus()
            .build();
    return PodState.of(pod);
  }

  @Test
  void anImageThatIsNotThereIsNotWaitedFor() {
    for (String reason : new String[] {"ErrImageNeverPull", "ErrImagePull", "ImagePullBackOff"}) {
      PodState state = waiting(reason, "two\nlines");
      assertTrue(state.hopeless());
      assertEquals(
          "node n1 has no image r/w:1 ("
              + reason
              + ": two lines): load it there, or use --testbed-option registry=… where nodes can pull from one",
          state.text());
    }
    assertTrue(waiting("CreateContainerConfigError", "no such key").hopeless());
    assertTrue(waiting("CrashLoopBackOff", "back-off 10s").hopeless());
    assertFalse(waiting("ContainerCreating", null).hopeless());
    String early = "services have not yet been read at least once, cannot construct envvars";
    assertFalse(waiting("CreateContainerConfigError", early).hopeless());
  }

  @Test
  void whatNoNodeTakesIsSaidAndWaitedFor() {
    Pod pod =
        pod()
            .editStatus()
            .addNewCondition()
            .withType("PodScheduled")
            .withStatus("False")
            .withMessage("0/1 nodes are available: 1 Insufficient cpu.")
            .endCondition()
            .endStatus()
            .build();
    assertEquals(
        new PodState("no node takes it: 0/1 nodes are available: 1 Insufficient cpu.", false),
        PodState.of(pod));
    assertTrue(PodState.of(null).hopeless());
    assertTrue(PodState.of(pod().editStatus().withPhase("Failed").endStatus().build()).hopeless());
    assertFalse(PodState.of(pod().build()).hopeless());
  }

  @Test
  void anotherBuildsImageIsRefused() throws Exception {
    Images.Image image = new Images.Image("r/w:1", "sha256:aa", Path.of("x"));
    Images there = new Images(image, image, Optional.empty(), "Never");
    there.check(image, running("sha256:aa"));
    there.check(image, running("docker.io/r/w@sha256:aa"));
    TestbedException e =
        assertThrows(TestbedException.class, () -> there.check(image, running("sha256:bb")));
    assertTrue(e.getMessage().startsWith("node n1 has another image r/w:1"), e.getMessage());
    new Images(image, image, Optional.empty(), "IfNotPresent")
        .check(image, running("r/w@sha256:bb"));
  }

  private static Pod running(String imageId) {
    return pod()
        .editStatus()
        .addNewContainerStatus()
        .withImageID(imageId)
        .endContainerStatus()
        .endStatus()
        .build();
  }
}
