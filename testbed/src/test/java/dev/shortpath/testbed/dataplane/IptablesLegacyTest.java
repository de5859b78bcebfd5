package dev.shortpath.testbed.dataplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** kube-proxy's iptables mode on real sockets, by iptables-legacy. */
class IptablesLegacyTest extends RulesContract {
  @Override
  ServiceDataPlane dataPlane() {
    return new Iptables("legacy");
  }

  /** As many Services more take as much more: fewer than a large cluster's, with comments. */
  @Test
  void memoryIsThatOfTheTables() throws Exception {
    plane.load(List.of());
    Map<String, Long> empty = plane.memory();
    assertEquals(6, empty.size(), empty.toString());
    plane.load(IntStream.range(0, 400).mapToObj(number -> other(number)).toList());
    Map<String, Long> some = plane.memory();
    plane.load(IntStream.range(0, 800).mapToObj(number -> other(number)).toList());
    Map<String, Long> more = plane.memory();
    for (String table : List.of("table.ipv4.nat", "table.ipv6.nat")) {
      long first = some.get(table) - empty.get(table);
      long second = more.get(table) - some.get(table);
      // A Service has a rule in KUBE-SERVICES and three chains; an entry is 112 bytes at least.
      assertTrue(first > 400 * 6 * 112, table + ": " + first);
      assertEquals(1.0, (double) second / first, 0.05, table);
    }
    assertEquals(empty.get("table.ipv4.mangle"), more.get("table.ipv4.mangle"));
    plane.load(List.of());
    assertEquals(empty, plane.memory());
  }

  @Override
  String kernelState() throws Exception {
    return IptablesListing.of(world.node.remote(), "legacy");
  }
}
