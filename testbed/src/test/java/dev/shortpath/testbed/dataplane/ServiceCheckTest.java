package dev.shortpath.testbed.dataplane;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.shortpath.harness.testbed.TestbedException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServiceCheckTest {
  private static ServicePort service(
      String name, String ip, Protocol protocol, int port, int nodePort) {
    return new ServicePort(
        "shop",
        name,
        "data",
        protocol,
        ServiceWorld.address(ip),
        null,
        port,
        nodePort,
        false,
        0,
        List.of());
  }

  private static void refused(String message, ServicePort... services) {
    TestbedException e =
        assertThrows(TestbedException.class, () -> ServiceCheck.check(List.of(services)));
    assertEquals(message, e.getMessage());
  }

  private static final ServicePort ONE = service("one", "10.96.0.1", Protocol.TCP, 80, 30_001);

  @Test
  void takesWhatTheApiTakes() {
    assertDoesNotThrow(
        () ->
            ServiceCheck.check(
                List.of(
                    ONE,
                    service("one", "10.96.0.1", Protocol.UDP, 80, 30_001),
                    service("two", "10.96.0.1", Protocol.TCP, 81, 0),
                    service("three", "10.96.0.3", Protocol.TCP, 80, 0))));
  }

  @Test
  void clashes() {
    refused(
        "NodePort 30001 tcp is claimed by shop/one:data and by shop/two:data: give each its own",
        ONE,
        service("two", "10.96.0.2", Protocol.TCP, 80, 30_001));
    refused(
        "ClusterIP 10.96.0.1 port 80 tcp is claimed by shop/one:data and by shop/two:data: give"
            + " each its own",
        ONE,
        service("two", "10.96.0.1", Protocol.TCP, 80, 0));
    refused(
        "Service shop/one:data is there twice: give each Service its own name",
        ONE,
        service("one", "10.96.0.2", Protocol.TCP, 80, 0));
  }

  @Test
  void whatWouldReachACommandLine() {
    refused(
        "Service name 'x; flush ruleset' is no DNS label: use up to 63 of a-z, 0-9 and inner"
            + " hyphens",
        service("x; flush ruleset", "10.96.0.1", Protocol.TCP, 80, 0));
    refused(
        "Service name 'x?y' is no DNS label: use up to 63 of a-z, 0-9 and inner hyphens",
        service("x\ny", "10.96.0.1", Protocol.TCP, 80, 0));
    refused(
        "shop/one:data: port is 0: use 1 to 65535",
        service("one", "10.96.0.1", Protocol.TCP, 0, 0));
    refused(
        "shop/one:data: NodePort is 65536: use 0 to 65535",
        service("one", "10.96.0.1", Protocol.TCP, 80, 65_536));
  }
}
