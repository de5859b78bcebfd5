package dev.shortpath.testbed.kube;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.run.HostOwner;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.Map;

/**
 * The namespace of everything that a run makes in a cluster: it goes with all that is in it.
 *
 * @param client of the API server
 * @param runId in its name and on its label
 */
public record RunNamespace(KubernetesClient client, String runId) {
  /** Label with the run's id, on the namespace and on everything in it. */
  public static final String RUN = "shortpath.dev/run";

  /** Annotation with the process that the run belongs to. */
  public static final String OWNER = "shortpath.dev/owner";

  private static final String MANAGED_BY = "app.kubernetes.io/managed-by";
  private static final int CONFLICT = 409;

  /** What everything that a run makes is labelled with. */
  public static Map<String, String> labels(String runId) {
    return Map.of(RUN, runId, MANAGED_BY, "shortpath");
  }

  /** The namespace of a run. */
  public static String name(String runId) {
    return "shortpath-" + runId;
  }

  /**
   * As it is made. The pods of agent and nodes take more rights than Pod Security gives by default.
   *
   * @throws TestbedException where this process cannot be named
   */
  public static Namespace manifest(String runId, Needs needs) throws TestbedException {
    try {
      return new NamespaceBuilder()
          .withNewMetadata()
          .withName(name(runId))
          .withLabels(labels(runId))
          .addToLabels(
              "pod-security.kubernetes.io/enforce", needs.privileged() ? "privileged" : "baseline")
          .addToAnnotations(OWNER, HostOwner.self())
          .endMetadata()
          .build();
    } catch (IOException e) {
      throw new TestbedException(e.getMessage(), e);
    }
  }

  /**
   * Makes it.
   *
   * @throws TestbedException where there is one of that name, too
   */
  public void make(Needs needs) throws TestbedException, InterruptedException {
    Namespace namespace = manifest(runId, needs);
    try {
      client.resource(namespace).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() == CONFLICT) {
        throw isThere(runId);
      }
      throw ApiServer.failure("namespace " + name(runId) + " cannot be made", e);
    }
  }

  /** Nothing is made where something of that name may be another's. */
  public static TestbedException isThere(String runId) {
    return new TestbedException(
        "namespace "
            + name(runId)
            + " is there already: a run of that id is going on or being removed, or it is not ours");
  }

  /** The run's id on an object; empty where it has none. */
  public static String runOf(ObjectMeta metadata) {
    return metadata.getLabels() == null ? "" : metadata.getLabels().getOrDefault(RUN, "");
  }

  /** The owner on a namespace; empty where it has none. */
  public static String ownerOf(ObjectMeta metadata) {
    return metadata.getAnnotations() == null
        ? ""
        : metadata.getAnnotations().getOrDefault(OWNER, "");
  }
}
