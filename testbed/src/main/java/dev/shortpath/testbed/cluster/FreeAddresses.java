package dev.shortpath.testbed.cluster;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.kube.ApiServer;
import dev.shortpath.testbed.path.Literal;
import dev.shortpath.testbed.servicepath.ServiceAddresses;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The ClusterIPs and NodePorts that a cluster's other Services leave. */
final class FreeAddresses {
  private static final String API = "networking.k8s.io/v1";
  private static final String KIND = "ServiceCIDR";

  /** The one that the API server itself makes. */
  private static final String NAME = "kubernetes";

  private FreeAddresses() {}

  /**
   * As they are now.
   *
   * @throws TestbedException where the ranges cannot be told
   */
  static ServiceAddresses of(KubernetesClient client, ClusterOptions options)
      throws TestbedException, InterruptedException {
    Set<InetAddress> taken = new HashSet<>();
    Set<Integer> ports = new HashSet<>();
    for (Service service :
        ApiServer.ask(
            "testbed cluster: Services",
            () -> client.services().inAnyNamespace().list().getItems())) {
      for (String ip : service.getSpec().getClusterIPs()) {
        if (!ip.isEmpty() && !ip.equals("None")) {
          taken.add(Literal.address("a Service", ip));
        }
      }
      for (ServicePort port : service.getSpec().getPorts()) {
        ports.add(port.getNodePort() == null ? 0 : port.getNodePort());
      }
      Integer health = service.getSpec().getHealthCheckNodePort();
      ports.add(health == null ? 0 : health);
    }
    String cidr4 = null;
    String cidr6 = null;
    for (String cidr : options.serviceCidrs().isEmpty() ? asked(client) : options.serviceCidrs()) {
      if (cidr.contains(":")) {
        cidr6 = cidr;
      } else {
        cidr4 = cidr;
      }
    }
    return ServiceAddresses.besides(cidr4, cidr6, taken, ports);
  }

  private static List<String> asked(KubernetesClient client)
      throws TestbedException, InterruptedException {
    var cidr =
        ApiServer.ask(
            "testbed cluster: " + KIND,
            () -> client.genericKubernetesResources(API, KIND).withName(NAME).get());
    List<String> cidrs = new ArrayList<>();
    if (cidr != null && cidr.get("spec", "cidrs") instanceof List<?> all) {
      all.forEach(each -> cidrs.add(each.toString()));
    }
    if (cidrs.isEmpty()) {
      throw new TestbedException(
          "testbed cluster: the API server tells no %s (Kubernetes before 1.33 does not): use --testbed-option %s=CIDR[,CIDR], as kube-apiserver has it in --service-cluster-ip-range"
              .formatted(KIND, ClusterOptions.SERVICE_CIDR));
    }
    return cidrs;
  }
}
