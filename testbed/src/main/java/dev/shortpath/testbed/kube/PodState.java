package dev.shortpath.testbed.kube;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.UnusableException;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What Kubernetes says of a pod that is not ready.
 *
 * @param text for people, one line
 * @param hopeless whether waiting longer is of no use
 * @param lasting whether another pod would fare no better
 */
record PodState(String text, boolean hopeless, boolean lasting) {
  private static final Set<String> NO_IMAGE =
      Set.of("ErrImageNeverPull", "ErrImagePull", "ImagePullBackOff", "InvalidImageName");
  private static final Set<String> NO_START =
      Set.of(
          "CreateContainerConfigError",
          "CreateContainerError",
          "RunContainerError",
          "CrashLoopBackOff");

  /** A kubelet's that has just started, which tries again (pkg/kubelet/kubelet_pods.go). */
  private static final String NOT_YET = "services have not yet been read at least once";

  /** One of a pod for which others need not be. */
  PodState(String text, boolean hopeless) {
    this(text, hopeless, false);
  }

  /** The failure of whoever waits for it. */
  TestbedException failure(String message) {
    return lasting ? new UnusableException(message) : new TestbedException(message);
  }

  static PodState of(Pod pod) {
    if (pod == null) {
      return new PodState("it is gone", true);
    }
    Optional<ContainerStateWaiting> waiting =
        pod.getStatus().getContainerStatuses().stream()
            .map(ContainerStatus::getState)
            .filter(Objects::nonNull)
            .map(state -> state.getWaiting())
            .filter(Objects::nonNull)
            .findFirst();
    if (waiting.isPresent()) {
      return of(pod, waiting.get());
    }
    String phase = String.valueOf(pod.getStatus().getPhase());
    return unscheduled(pod)
        .map(why -> new PodState("no node takes it: " + why, false))
        .orElse(new PodState(phase, phase.equals("Failed") || phase.equals("Succeeded")));
  }

  private static PodState of(Pod pod, ContainerStateWaiting waiting) {
    String reason = String.valueOf(waiting.getReason());
    String message = waiting.getMessage() == null ? "" : ": " + oneLine(waiting.getMessage());
    if (NO_IMAGE.contains(reason)) {
      String image = pod.getSpec().getContainers().get(0).getImage();
      return new PodState(
          "node "
              + pod.getSpec().getNodeName()
              + " has no image "
              + image
              + " ("
              + reason
              + message
              + "): load it there, or use --testbed-option registry=… where nodes can pull from one",
          true,
          true);
    }
    boolean hopeless = NO_START.contains(reason) && !message.contains(NOT_YET);
    return new PodState(reason + message, hopeless);
  }

  private static Optional<String> unscheduled(Pod pod) {
    return pod.getStatus().getConditions().stream()
        .filter(c -> c.getType().equals("PodScheduled") && "False".equals(c.getStatus()))
        .map(PodCondition::getMessage)
        .filter(Objects::nonNull)
        .map(PodState::oneLine)
        .findFirst();
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\R+", " ");
  }
}
