package dev.shortpath.testbed.cluster;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.kube.ApiServer;
import dev.shortpath.testbed.kube.Needs;
import dev.shortpath.testbed.remote.Together;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributesBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;

/** What a run must be allowed to do on a cluster; {@code docs/rights.yaml} grants it. */
final class Rights {
  /**
   * One of them.
   *
   * @param verb of the API
   * @param group of the API; empty for the core
   * @param resource in plural
   * @param subresource empty for the resource itself
   * @param namespaced whether it is asked for in the run's namespace
   */
  record Right(String verb, String group, String resource, String subresource, boolean namespaced) {
    private String inWords() {
      return verb + " " + resource + (subresource.isEmpty() ? "" : "/" + subresource);
    }
  }

  static final List<Right> ALL =
      List.of(
          new Right("list", "", "nodes", "", false),
          new Right("create", "", "namespaces", "", false),
          new Right("get", "", "namespaces", "", false),
          new Right("list", "", "namespaces", "", false),
          new Right("delete", "", "namespaces", "", false),
          new Right("create", "", "pods", "", true),
          new Right("get", "", "pods", "", true),
          new Right("list", "", "pods", "", true),
          new Right("get", "", "pods", "log", true),
          new Right("get", "", "pods", "exec", true),
          new Right("create", "", "pods", "exec", true),
          new Right("create", "apps", "daemonsets", "", true),
          new Right("get", "apps", "daemonsets", "", true),
          new Right("delete", "apps", "daemonsets", "", true),
          new Right("list", "", "events", "", true),
          new Right("list", "", "resourcequotas", "", true));

  /** Where nobody has told the ranges of ClusterIPs. */
  static final Right RANGES = new Right("get", "networking.k8s.io", "servicecidrs", "", false);

  /** Beside them where Services are made and nodes' kube-proxies asked. */
  static final List<Right> SERVICES =
      List.of(
          new Right("list", "", "services", "", false),
          new Right("create", "", "services", "", true),
          new Right("get", "", "services", "", true),
          new Right("update", "", "services", "", true),
          new Right("delete", "", "services", "", true),
          new Right("create", "discovery.k8s.io", "endpointslices", "", true),
          new Right("get", "discovery.k8s.io", "endpointslices", "", true),
          new Right("list", "discovery.k8s.io", "endpointslices", "", true),
          new Right("update", "discovery.k8s.io", "endpointslices", "", true),
          new Right("delete", "discovery.k8s.io", "endpointslices", "", true),
          new Right("get", "", "pods", "portforward", true),
          new Right("create", "", "pods", "portforward", true));

  private Rights() {}

  /** Those that the client lacks, in one line; empty where it has all. */
  static List<String> missing(
      KubernetesClient client, String namespace, Needs needs, boolean rangesAsked)
      throws TestbedException, InterruptedException {
    List<Callable<String>> questions = new ArrayList<>();
    List<Right> all = new ArrayList<>(ALL);
    if (needs.kernels()) {
      all.addAll(SERVICES);
      if (rangesAsked) {
        all.add(RANGES);
      }
    }
    for (Right right : all) {
      questions.add(() -> allowed(client, namespace, right) ? null : right.inWords());
    }
    List<String> lacking = Together.all(questions).stream().filter(Objects::nonNull).toList();
    return lacking.isEmpty()
        ? List.of()
        : List.of(
            "testbed cluster: you may not "
                + String.join(", ", lacking)
                + ": have docs/rights.yaml applied for this user");
  }

  private static boolean allowed(KubernetesClient client, String namespace, Right right)
      throws TestbedException, InterruptedException {
    SelfSubjectAccessReview review =
        new SelfSubjectAccessReviewBuilder()
            .withNewSpec()
            .withResourceAttributes(
                new ResourceAttributesBuilder()
                    .withVerb(right.verb())
                    .withGroup(right.group())
                    .withResource(right.resource())
                    .withSubresource(right.subresource().isEmpty() ? null : right.subresource())
                    .withNamespace(right.namespaced() ? namespace : null)
                    .build())
            .endSpec()
            .build();
    SelfSubjectAccessReview answer =
        ApiServer.ask(
            "testbed cluster: your rights",
            () -> client.authorization().v1().selfSubjectAccessReview().create(review));
    return answer.getStatus() != null && Boolean.TRUE.equals(answer.getStatus().getAllowed());
  }
}
