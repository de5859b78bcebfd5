package dev.shortpath.testbed.servicepath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.testbed.TestbedException;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceAddressesTest {
  private static InetAddress ip(String text) throws Exception {
    return InetAddress.getByName(text);
  }

  @Test
  void whatOthersHaveIsPassedOver() throws Exception {
    ServiceAddresses addresses =
        ServiceAddresses.besides(
            "10.43.0.0/16",
            "fd00:43::/112",
            List.of(ip("10.43.0.17"), ip("10.43.0.1"), ip("10.43.0.18"), ip("fd00:43::10")),
            List.of(30001, 443, 30000, 30005));
    assertEquals(ip("10.43.0.16"), addresses.clusterIp(1, false));
    assertEquals(ip("10.43.0.19"), addresses.clusterIp(2, false));
    assertEquals(ip("10.43.1.0"), addresses.clusterIp(239, false));
    assertEquals(ip("fd00:43::11"), addresses.clusterIp(1, true));
    assertEquals(30002, addresses.nodePort(1));
    assertEquals(30004, addresses.nodePort(3));
    assertEquals(30006, addresses.nodePort(4));
    assertEquals(2768 - 3, addresses.nodePorts());
    assertEquals(32767, addresses.nodePort(addresses.nodePorts()));
    ServiceAddresses six = addresses.only(false, true);
    assertNull(six.clusterIp(1, false));
    assertEquals(ip("fd00:43::11"), six.clusterIp(1, true));
    assertEquals(30002, six.nodePort(1));
  }

  @Test
  void eachServiceHasItsOwn() throws Exception {
    Set<InetAddress> taken = new HashSet<>();
    for (int i = 0; i < 256; i += 3) {
      taken.add(ip("10.96.1." + i));
    }
    ServiceAddresses addresses = ServiceAddresses.besides("10.96.0.0/22", null, taken, List.of());
    Set<InetAddress> all = new HashSet<>();
    for (int number = 1; number <= addresses.room(); number++) {
      assertTrue(all.add(addresses.clusterIp(number, false)), "twice");
    }
    assertEquals(1024 - 1 - 16 - 86, all.size());
    all.retainAll(taken);
    assertEquals(Set.of(), all);
    assertNull(addresses.clusterIp(1, true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.96.0.0", "10.96.0.0/x", "/12", "", "10.96.0.0/40"})
  void noRange(String text) {
    TestbedException e =
        assertThrows(
            TestbedException.class,
            () -> ServiceAddresses.besides(text, null, List.of(), List.of()));
    assertEquals("'" + text + "' is no range of addresses", e.getMessage());
  }
}
