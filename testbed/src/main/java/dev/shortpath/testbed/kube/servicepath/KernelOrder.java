package dev.shortpath.testbed.kube.servicepath;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.dataplane.Family;
import dev.shortpath.testbed.dataplane.KernelServices;
import dev.shortpath.testbed.dataplane.ServicePort;
import dev.shortpath.testbed.servicepath.Position;
import dev.shortpath.testbed.servicepath.ServiceGenerator;
import dev.shortpath.testbed.servicepath.ServicePathTreatment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where a node's kernel has which Service. */
final class KernelOrder {
  private KernelOrder() {}

  /**
   * Numbers of the Services that can be reached, as a packet meets them: kube-proxy writes them in
   * the order of a Go map, anew with each change, so it is the kernel's list that says it.
   */
  static List<Integer> of(
      ServicePathTreatment treatment, KubeProxy proxy, ServiceGenerator generator)
      throws TestbedException, InterruptedException {
    int reachable = Math.max(1, generator.reachable(treatment.services(), treatment.nodePort()));
    Map<String, Integer> numbers = new LinkedHashMap<>();
    Family family = treatment.ipv6() ? Family.IPV6 : Family.IPV4;
    for (int number = 1; number <= reachable; number++) {
      ServicePort service = generator.service(number);
      numbers.put(
          treatment.nodePort()
              ? service.protocol().lower() + " " + service.nodePort()
              : KernelServices.key(service, family),
          number);
    }
    if (!treatment.serviced() || treatment.position() == Position.RANDOM) {
      return List.copyOf(numbers.values());
    }
    List<String> met =
        treatment.nodePort() ? proxy.kernel().nodePorts(family) : proxy.kernel().clusterIps(family);
    List<Integer> order = met.stream().distinct().map(numbers::get).filter(n -> n != null).toList();
    if (order.size() != reachable) {
      throw new TestbedException(
          "node "
              + proxy.node()
              + ": the kernel leads to "
              + order.size()
              + " of "
              + reachable
              + " Services");
    }
    return order;
  }
}
