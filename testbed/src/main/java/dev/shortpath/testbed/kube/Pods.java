package dev.shortpath.testbed.kube;

import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.path.Literal;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/**
 * Pods in the run's namespace.
 *
 * @param client of the API server
 * @param runId everything is labelled with it
 */
public record Pods(KubernetesClient client, String runId) {
  /** Where a pod's programs may write; it goes with the pod. */
  static final String SCRATCH = "/scratch";

  private static final int FORBIDDEN = 403;
  private static final long PAUSE_MILLIS = 50;

  /** The namespace of everything that the run makes. */
  public String namespace() {
    return RunNamespace.name(runId);
  }

  /**
   * Creates a pod. A namespace that was just made refuses pods until its service account is there.
   *
   * @throws TestbedException with what the API server says, of an exhausted quota, say
   */
  public void create(Pod pod) throws TestbedException, InterruptedException {
    long end = System.nanoTime() + Remote.SOON.toNanos();
    while (true) {
      try {
        client.resource(pod).create();
        return;
      } catch (KubernetesClientException e) {
        boolean early = e.getCode() == FORBIDDEN && tooEarly(ApiServer.reason(e));
        if (!early || System.nanoTime() > end) {
          throw ApiServer.failure("pod " + pod.getMetadata().getName() + " cannot be made", e);
        }
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  /** Whether a pod is refused for a service account that is about to come. */
  static boolean tooEarly(String reason) {
    return reason.contains("serviceaccount");
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
      PodState state = PodState.of(pod);
      if (System.nanoTime() > end || state.hopeless()) {
        throw state.failure("pod " + name + " is not ready: " + state.text() + lastLine(name));
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  /** The pod; null where there is none. */
  Pod find(String name) throws TestbedException, InterruptedException {
    return ApiServer.ask(
        "pod " + name, () -> client.pods().inNamespace(namespace()).withName(name).get());
  }

  /** Those with these labels, and those that are on their way out. */
  List<Pod> labelled(Map<String, String> labels) throws TestbedException, InterruptedException {
    return ApiServer.ask(
        "pods of namespace " + namespace(),
        () -> client.pods().inNamespace(namespace()).withLabels(labels).list().getItems());
  }

  /** The last line that its program said, to end a message with; empty where it said nothing. */
  String lastLine(String name) {
    try {
      String log = client.pods().inNamespace(namespace()).withName(name).getLog().strip();
      return log.isEmpty() ? "" : ", it said: " + log.substring(log.lastIndexOf('\n') + 1);
    } catch (KubernetesClientException e) {
      return "";
    }
  }

  /** A pod's address of a family; null where it has none. */
  public static InetAddress address(Pod pod, boolean ipv6) throws TestbedException {
    for (PodIP ip : pod.getStatus().getPodIPs()) {
      InetAddress address = Literal.address("a pod", ip.getIp());
      if (address instanceof Inet6Address == ipv6) {
        return address;
      }
    }
    return null;
  }
}
