package dev.shortpath.testbed.kube;

import dev.shortpath.testbed.dataplane.Endpoint;
import dev.shortpath.testbed.dataplane.Family;
import dev.shortpath.testbed.dataplane.ServicePort;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * Services as the API has them: without selector, so that nobody but us writes their EndpointSlices
 * (kubernetes.io: Services, "Services without selectors").
 *
 * @param labels on everything
 * @param nodeOf name of the node that an endpoint is on
 */
record ServiceObjects(Map<String, String> labels, Function<Endpoint, String> nodeOf) {
  /** By this label kube-proxy finds the Service of an EndpointSlice. */
  private static final String OF_SERVICE = "kubernetes.io/service-name";

  /** Whoever reads it leaves the EndpointSlice alone. */
  private static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";

  private static final String OURS = "shortpath.dev";

  ServiceObjects {
    labels = Map.copyOf(labels);
  }

  /**
   * A Service with its ports.
   *
   * @param ports of one Service, at least one, all with the same addresses and policies
   */
  Service service(List<ServicePort> ports) {
    ServicePort first = ports.get(0);
    boolean nodePort = ports.stream().anyMatch(port -> port.nodePort() != 0);
    List<InetAddress> addresses = addresses(first);
    var spec =
        new ServiceBuilder()
            .withNewMetadata()
            .withNamespace(first.namespace())
            .withName(first.name())
            .withLabels(labels)
            .endMetadata()
            .withNewSpec()
            .withType(nodePort ? "NodePort" : "ClusterIP")
            .withIpFamilyPolicy(addresses.size() == 1 ? "SingleStack" : "RequireDualStack")
            .withIpFamilies(addresses.stream().map(ServiceObjects::family).toList())
            .withClusterIP(Family.text(addresses.get(0)))
            .withClusterIPs(addresses.stream().map(Family::text).toList());
    for (ServicePort port : ports) {
      spec.addToPorts(
          new ServicePortBuilder()
              .withName(port.portName().isEmpty() ? null : port.portName())
              .withProtocol(port.protocol().name())
              .withPort(port.port())
              .withTargetPort(new IntOrString(targetPort(port)))
              .withNodePort(port.nodePort() == 0 ? null : port.nodePort())
              .build());
    }
    if (nodePort) {
      spec.withExternalTrafficPolicy(first.externalLocal() ? "Local" : "Cluster");
    }
    if (first.affinitySeconds() > 0) {
      spec.withSessionAffinity("ClientIP")
          .withNewSessionAffinityConfig()
          .withNewClientIP(first.affinitySeconds())
          .endSessionAffinityConfig();
    }
    return spec.endSpec().build();
  }

  /** The EndpointSlices of a Service's port: one of each family that it has endpoints in. */
  List<EndpointSlice> slices(ServicePort port) {
    List<EndpointSlice> slices = new ArrayList<>();
    for (boolean ipv6 : new boolean[] {false, true}) {
      List<Endpoint> endpoints =
          port.endpoints().stream().filter(e -> address(e, ipv6) != null).toList();
      if (!endpoints.isEmpty()) {
        slices.add(slice(port, endpoints, ipv6));
      }
    }
    return slices;
  }

  private EndpointSlice slice(ServicePort port, List<Endpoint> endpoints, boolean ipv6) {
    EndpointSliceBuilder slice =
        new EndpointSliceBuilder()
            .withNewMetadata()
            .withNamespace(port.namespace())
            .withName(name(port, ipv6))
            .withLabels(labels)
            .addToLabels(OF_SERVICE, port.name())
            .addToLabels(MANAGED_BY, OURS)
            .endMetadata()
            .withAddressType(ipv6 ? "IPv6" : "IPv4")
            .addNewPort()
            .withName(port.portName())
            .withProtocol(port.protocol().name())
            .withPort(targetPort(port))
            .endPort();
    for (Endpoint endpoint : endpoints) {
      slice
          .addNewEndpoint()
          .withAddresses(Family.text(address(endpoint, ipv6)))
          .withNodeName(nodeOf.apply(endpoint))
          .withNewConditions()
          .withReady(true)
          .endConditions()
          .endEndpoint();
    }
    return slice.build();
  }

  private static String name(ServicePort port, boolean ipv6) {
    return port.name()
        + (port.portName().isEmpty() ? "" : "-" + port.portName())
        + "-"
        + port.protocol().lower()
        + (ipv6 ? "-ipv6" : "-ipv4");
  }

  /** All endpoints of a port listen at the same: an EndpointSlice has it once. */
  private static int targetPort(ServicePort port) {
    return port.endpoints().isEmpty() ? port.port() : port.endpoints().get(0).port();
  }

  private static InetAddress address(Endpoint endpoint, boolean ipv6) {
    return ipv6 ? endpoint.ipv6() : endpoint.ipv4();
  }

  private static List<InetAddress> addresses(ServicePort port) {
    List<InetAddress> addresses = new ArrayList<>();
    addresses.add(port.clusterIp4());
    addresses.add(port.clusterIp6());
    addresses.removeIf(Objects::isNull);
    return addresses;
  }

  private static String family(InetAddress address) {
    return address.getAddress().length == 4 ? "IPv4" : "IPv6";
  }
}
