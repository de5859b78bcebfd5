package dev.shortpath.testbed.kube;

import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.TestbedException;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;

/**
 * Pods in the run's namespace.
 *
 * @param client of the API server
 * @param runId everything is labelled with it
 */
public record Pods(KubernetesClient client, String runId) {
  /** Label with the run's id. */
  private static final String RUN = "dev.shortpath.run";

  /** Where a pod's programs may write; it goes with the pod. */
  static final String SCRATCH = "/scratch";

  private static final int FORBIDDEN = 403;
  private static final long PAUSE_MILLIS = 50;

  /** A call to the API server. */
  @FunctionalInterface
  private interface Call<T> {
    T make();
  }

  /** The namespace of everything that the run makes. */
  public String namespace() {
    return "shortpath-" + runId;
  }

  /** Makes that namespace. */
  public void makeNamespace() throws TestbedException, InterruptedException {
    var namespace =
        new NamespaceBuilder()
            .withNewMetadata()
            .withName(namespace())
            .addToLabels(RUN, runId)
            .endMetadata()
            .build();
    call("namespace " + namespace(), () -> client.resource(namespace).create());
  }

  /** A pod that only waits, for commands to be run in it. */
  public static Pod waiting(String name, String node, String image) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withNewAffinity()
        .withNewNodeAffinity()
        .withNewRequiredDuringSchedulingIgnoredDuringExecution()
        .addNewNodeSelectorTerm()
        .addNewMatchExpression()
        .withKey("kubernetes.io/hostname")
        .withOperator("In")
        .withValues(node)
        .endMatchExpression()
        .endNodeSelectorTerm()
        .endRequiredDuringSchedulingIgnoredDuringExecution()
        .endNodeAffinity()
        .endAffinity()
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withTerminationGracePeriodSeconds(1L)
        .addNewContainer()
        .withName("workload")
        .withImage(image)
        .withImagePullPolicy("Never")
        .withCommand("/shortpath-tether", "hold")
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withRunAsNonRoot(true)
        .withNewCapabilities()
        .addToDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        .addNewVolumeMount()
        .withName("scratch")
        .withMountPath(SCRATCH)
        .endVolumeMount()
        .endContainer()
        .addNewVolume()
        .withName("scratch")
        .withNewEmptyDir()
        .endEmptyDir()
        .endVolume()
        .endSpec()
        .build();
  }

  /**
   * Creates a pod in the run's namespace. A namespace that was just made refuses pods until its
   * service account is there.
   */
  public void create(Pod pod) throws TestbedException, InterruptedException {
    Pod labelled =
        new PodBuilder(pod)
            .editMetadata()
            .withNamespace(namespace())
            .addToLabels(RUN, runId)
            .endMetadata()
            .build();
    long end = System.nanoTime() + Remote.SOON.toNanos();
    while (true) {
      try {
        client.resource(labelled).create();
        return;
      } catch (KubernetesClientException e) {
        if (e.getCode() != FORBIDDEN || System.nanoTime() > end) {
          throw failure("pod " + pod.getMetadata().getName() + " cannot be made", e);
        }
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  /**
   * Waits until a pod is ready.
   *
   * @throws TestbedException with what Kubernetes says of it
   */
  public Pod awaitReady(String name) throws TestbedException, InterruptedException {
    long end = System.nanoTime() + 2 * Remote.SOON.toNanos();
    while (true) {
      Pod pod = find(name);
      if (pod != null && Readiness.isPodReady(pod)) {
        return pod;
      }
      String phase = pod == null ? "gone" : pod.getStatus().getPhase();
      if (System.nanoTime() > end || phase.matches("gone|Failed|Succeeded")) {
        throw new TestbedException(
            "pod " + name + " is not ready: " + phase + (pod == null ? "" : why(pod)));
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  /** The pod; null where there is none. */
  Pod find(String name) throws TestbedException, InterruptedException {
    return call("pod " + name, () -> client.pods().inNamespace(namespace()).withName(name).get());
  }

  private String why(Pod pod) {
    String waiting =
        pod.getStatus().getContainerStatuses().stream()
            .map(ContainerStatus::getState)
            .filter(Objects::nonNull)
            .map(state -> state.getWaiting())
            .filter(Objects::nonNull)
            .map(Pods::inWords)
            .findFirst()
            .orElse("");
    return waiting + lastLine(pod);
  }

  private static String inWords(ContainerStateWaiting waiting) {
    return ", " + waiting.getReason() + ": " + waiting.getMessage();
  }

  /** The last line that its program said. */
  private String lastLine(Pod pod) {
    try {
      String name = pod.getMetadata().getName();
      String log = client.pods().inNamespace(namespace()).withName(name).getLog().strip();
      return log.isEmpty() ? "" : ", it said: " + log.substring(log.lastIndexOf('\n') + 1);
    } catch (KubernetesClientException e) {
      return "";
    }
  }

  /** Deletes a pod and waits until it is gone. */
  void delete(String name) throws TestbedException, InterruptedException {
    call("pod " + name, () -> client.pods().inNamespace(namespace()).withName(name).delete());
    long end = System.nanoTime() + Remote.SOON.toNanos();
    while (find(name) != null) {
      if (System.nanoTime() > end) {
        throw new TestbedException("pod " + name + " does not go away");
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  /** A pod's address of a family; null where it has none. */
  public static InetAddress address(Pod pod, boolean ipv6) throws TestbedException {
    try {
      for (PodIP ip : pod.getStatus().getPodIPs()) {
        InetAddress address = InetAddress.getByName(ip.getIp()); // a literal: nobody is asked
        if (address instanceof Inet6Address == ipv6) {
          return address;
        }
      }
      return null;
    } catch (UnknownHostException e) {
      throw new TestbedException("a pod has the address " + e.getMessage(), e);
    }
  }

  private static <T> T call(String what, Call<T> call)
      throws TestbedException, InterruptedException {
    try {
      return call.make();
    } catch (KubernetesClientException e) {
      throw failure(what, e);
    }
  }

  /** The client turns an interruption into a failure of its own. */
  private static TestbedException failure(String what, KubernetesClientException e)
      throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return new TestbedException(what + ": " + message, e);
  }
}
