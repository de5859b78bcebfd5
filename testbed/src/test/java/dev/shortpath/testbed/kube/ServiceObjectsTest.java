package dev.shortpath.testbed.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.shortpath.testbed.dataplane.Endpoint;
import dev.shortpath.testbed.dataplane.Protocol;
import dev.shortpath.testbed.dataplane.ServicePort;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServiceObjectsTest {
  private final ServiceObjects objects =
      new ServiceObjects(Map.of("run", "x"), endpoint -> endpoint.local() ? "here" : "there");

  private static ServicePort port(
      String name, Protocol protocol, int nodePort, int affinity, Endpoint... endpoints)
      throws Exception {
    return new ServicePort(
        "shop",
        "web",
        name,
        protocol,
        InetAddress.getByName("10.96.0.16"),
        InetAddress.getByName("fd00:10:96::10"),
        80,
        nodePort,
        true,
        affinity,
        List.of(endpoints));
  }

  private static Endpoint endpoint(String ipv4, String ipv6, boolean local) throws Exception {
    return new Endpoint(
        ipv4 == null ? null : InetAddress.getByName(ipv4),
        ipv6 == null ? null : InetAddress.getByName(ipv6),
        8080,
        local);
  }

  @Test
  void aServiceHasNoSelectorAndAllOfItsPorts() throws Exception {
    Endpoint a = endpoint("10.244.1.2", "fd00:10:244:1::2", true);
    Service service =
        objects.service(
            List.of(port("tcp", Protocol.TCP, 30_000, 60, a), port("udp", Protocol.UDP, 0, 60, a)));
    assertEquals(Map.of(), service.getSpec().getSelector());
    assertEquals("NodePort", service.getSpec().getType());
    assertEquals("Local", service.getSpec().getExternalTrafficPolicy());
    assertEquals(List.of("10.96.0.16", "fd00:10:96::10"), service.getSpec().getClusterIPs());
    assertEquals(List.of("IPv4", "IPv6"), service.getSpec().getIpFamilies());
    assertEquals(
        60, service.getSpec().getSessionAffinityConfig().getClientIP().getTimeoutSeconds());
    assertEquals(30_000, service.getSpec().getPorts().get(0).getNodePort());
    assertNull(service.getSpec().getPorts().get(1).getNodePort());
    assertEquals("UDP", service.getSpec().getPorts().get(1).getProtocol());
    Service inside = objects.service(List.of(port("", Protocol.TCP, 0, 0)));
    assertEquals("ClusterIP", inside.getSpec().getType());
    assertNull(inside.getSpec().getExternalTrafficPolicy());
    assertNull(inside.getSpec().getPorts().get(0).getName());
  }

  @Test
  void endpointsAreToldByFamilyWithTheirNodesInTheApisForm() throws Exception {
    List<EndpointSlice> slices =
        objects.slices(
            port(
                "data",
                Protocol.TCP,
                0,
                0,
                endpoint("10.244.1.2", "fd00:10:244:1:0:0:0:2", true),
                endpoint("10.244.2.2", null, false)));
    assertEquals(
        List.of("web-data-tcp-ipv4", "web-data-tcp-ipv6"),
        slices.stream().map(slice -> slice.getMetadata().getName()).toList());
    EndpointSlice four = slices.get(0);
    assertEquals("web", four.getMetadata().getLabels().get("kubernetes.io/service-name"));
    assertEquals("x", four.getMetadata().getLabels().get("run"));
    assertEquals(
        List.of("here", "there"), four.getEndpoints().stream().map(e -> e.getNodeName()).toList());
    assertEquals(8080, four.getPorts().get(0).getPort());
    assertEquals(List.of("fd00:10:244:1::2"), slices.get(1).getEndpoints().get(0).getAddresses());
    assertEquals(List.of(), objects.slices(port("data", Protocol.TCP, 0, 0)));
  }
}
