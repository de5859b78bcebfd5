package dev.shortpath.testbed.cluster;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.kube.ApiServer;
import dev.shortpath.testbed.kube.Needs;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** What a cluster's own policy allows in a namespace that was just made. */
final class Quotas {
  private static final List<String> PODS = List.of("pods", "count/pods");

  private Quotas() {}

  /**
   * Refuses a quota of fewer pods than a run may have at once.
   *
   * @throws TestbedException naming the quota and what is needed
   */
  static void check(KubernetesClient client, String namespace, Needs needs)
      throws TestbedException, InterruptedException {
    List<ResourceQuota> quotas =
        ApiServer.ask(
            "quotas of namespace " + namespace,
            () -> client.resourceQuotas().inNamespace(namespace).list().getItems());
    int pods = needs.pods();
    for (ResourceQuota quota : quotas) {
      Map<String, Quantity> hard = quota.getSpec().getHard();
      for (String what : PODS) {
        Quantity most = hard == null ? null : hard.get(what);
        if (most != null && most.getNumericalAmount().compareTo(BigDecimal.valueOf(pods)) < 0) {
          throw new TestbedException(
              "quota %s of namespace %s allows %s pods, %d are needed: have it raised"
                  .formatted(quota.getMetadata().getName(), namespace, most, pods));
        }
      }
    }
  }
}
