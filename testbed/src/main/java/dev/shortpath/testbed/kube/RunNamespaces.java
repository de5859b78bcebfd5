package dev.shortpath.testbed.kube;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.run.HostOwner;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The runs' namespaces on a cluster.
 *
 * @param client of its API server
 */
public record RunNamespaces(KubernetesClient client) {
  private static final long PAUSE_MILLIS = 200;

  /** Ids of the runs of this host whose process is gone and whose namespace is not. */
  public List<String> dead() throws TestbedException, InterruptedException {
    return ApiServer.ask(
            "namespaces", () -> client.namespaces().withLabel(RunNamespace.RUN).list().getItems())
        .stream()
        .filter(namespace -> HostOwner.gone(RunNamespace.ownerOf(namespace.getMetadata())))
        .filter(RunNamespaces::isOurs)
        .map(namespace -> RunNamespace.runOf(namespace.getMetadata()))
        .toList();
  }

  /** A label alone is not enough: a namespace has the name that a run gives it, too. */
  private static boolean isOurs(Namespace namespace) {
    String runId = RunNamespace.runOf(namespace.getMetadata());
    return namespace.getMetadata().getName().equals(RunNamespace.name(runId));
  }

  /** Whether a run's namespace is there. */
  public boolean has(String runId) throws TestbedException, InterruptedException {
    return find(RunNamespace.name(runId)) != null;
  }

  private Namespace find(String name) throws TestbedException, InterruptedException {
    return ApiServer.ask("namespace " + name, () -> client.namespaces().withName(name).get());
  }

  /** Why it is still there, in Kubernetes' words. */
  private static String state(Namespace namespace) {
    return namespace.getStatus() == null || namespace.getStatus().getConditions() == null
        ? ""
        : namespace.getStatus().getConditions().stream()
            .filter(condition -> "True".equals(condition.getStatus()))
            .map(condition -> String.valueOf(condition.getMessage()))
            .collect(Collectors.joining("; "));
  }

  /**
   * Deletes a run's namespace and waits until it is gone. One of that name without the run's label
   * is somebody else's and stays.
   *
   * @param limit for how long what Kubernetes says of its going may be the same: thousands of
   *     Services take minutes
   * @throws TestbedException when it is still there then
   */
  public void remove(String runId, Duration limit) throws TestbedException, InterruptedException {
    String name = RunNamespace.name(runId);
    long end = System.nanoTime() + limit.toNanos();
    String said = "";
    while (true) {
      TestbedException failure;
      try {
        Namespace there = find(name);
        if (there == null || !isOurs(there)) {
          return;
        }
        if (there.getMetadata().getDeletionTimestamp() == null) {
          ApiServer.ask("namespace " + name, () -> client.namespaces().withName(name).delete());
        }
        String says = state(there);
        if (!says.equals(said)) {
          said = says;
          end = System.nanoTime() + limit.toNanos();
        }
        failure =
            new TestbedException(
                "namespace " + name + " does not go away" + (says.isEmpty() ? "" : ": " + says));
      } catch (TestbedException e) {
        failure = e;
      }
      if (System.nanoTime() > end) {
        throw failure;
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }
}
