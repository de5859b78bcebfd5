package dev.shortpath.testbed.dataplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class UdpFlowsTest {
  /** As conntrack 1.4.7 lists them: source, destination and ports, then those of the replies. */
  private static String flow(String to, int port, String from, int fromPort, String state) {
    return "udp      17 29 src=203.0.113.2 dst=%s sport=6000 dport=%d %ssrc=%s dst=192.168.0.2 sport=%d dport=6000 mark=0 use=1\n"
        .formatted(to, port, state, from, fromPort);
  }

  private static ServicePort udp(String... pods) {
    return ServiceDataPlaneContract.as(Protocol.UDP, ServiceDataPlaneContract.service("web", pods));
  }

  private static String commands(ServicePort service, String flows) {
    return UdpFlows.commands(Family.IPV4, List.of(service), flows);
  }

  @Test
  void flowsToEndpointsThatWentAreForgotten() {
    String stale =
        flow("192.168.0.2", 30_001, "10.244.1.10", 7000, "[UNREPLIED] ")
            + flow("192.168.0.2", 30_001, "10.244.1.10", 7000, "")
            + flow("10.96.250.1", 8001, "10.244.1.10", 7000, "");
    String good =
        flow("192.168.0.2", 30_001, "10.244.1.11", 7000, "")
            + flow("10.96.250.1", 8001, "10.244.1.11", 7000, "")
            + flow("10.96.250.9", 53, "10.244.1.10", 53, "");
    assertEquals(
        "-D -f ipv4 -p udp --orig-port-dst 30001 -r 10.244.1.10 --reply-port-src 7000\n"
            + "-D -f ipv4 -p udp -d 10.96.250.1 --orig-port-dst 8001 -r 10.244.1.10"
            + " --reply-port-src 7000\n",
        commands(udp("b"), stale + good));
    assertEquals("", commands(udp("b"), good));
    assertEquals("", commands(udp("b"), ""));
  }

  /** kube-proxy v1.34.1 leaves these flows, too. */
  @Test
  void flowsOfServicesWithoutEndpointsAreLeft() {
    String stale = flow("192.168.0.2", 30_001, "10.244.1.10", 7000, "");
    assertEquals("", commands(udp(), stale));
    assertEquals("", commands(ServiceDataPlaneContract.service("web", "b"), stale), "TCP");
  }

  @Test
  void onlyUdpServicesThatHadEndpointsAreConcerned() {
    List<ServicePort> before = List.of(udp("a"));
    assertTrue(UdpFlows.concerned(ServiceChanges.between(before, List.of(udp("b")))));
    assertFalse(UdpFlows.concerned(ServiceChanges.between(before, before)));
    assertFalse(UdpFlows.concerned(ServiceChanges.between(List.of(udp()), before)));
    List<ServicePort> tcp = List.of(ServiceDataPlaneContract.service("web", "a"));
    assertFalse(UdpFlows.concerned(ServiceChanges.between(tcp, List.of())));
  }
}
