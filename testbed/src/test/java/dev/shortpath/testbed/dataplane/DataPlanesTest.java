package dev.shortpath.testbed.dataplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.tool.Tools;
import java.util.List;
import org.junit.jupiter.api.Test;

class DataPlanesTest {
  @Test
  void everyNameIsFound() {
    List<String> names = DataPlanes.names();
    assertTrue(
        names.containsAll(List.of("none", "iptables-legacy", "iptables-nft", "nftables")),
        "" + names);
    for (String name : names) {
      assertEquals(name, DataPlanes.find(name).orElseThrow().name());
      assertFalse(DataPlanes.find(name).orElseThrow().summary().isBlank());
    }
    assertTrue(DataPlanes.find("ipvs").isEmpty());
  }

  @Test
  void noneHoldsAndTranslatesNothing() throws Exception {
    ServicePort web = ServiceDataPlaneContract.service("web", "a");
    try (RunningDataPlane none = DataPlanes.find("none").orElseThrow().start(null, Tools.here())) {
      none.load(List.of(web));
      none.update(List.of());
      none.check();
      assertEquals(0, none.counted());
      assertEquals(0, none.counters().get("translated.ipv4"));
      assertEquals(0, none.counters().get("translated.ipv6"));
      assertThrows(TestbedException.class, () -> none.load(List.of(web, web)));
    }
  }

  @Test
  void hundredThousandServicesAreAllowedWithAWarning() {
    for (String name : List.of("iptables-legacy", "iptables-nft", "nftables")) {
      ServiceDataPlane plane = DataPlanes.find(name).orElseThrow();
      assertEquals("", plane.warning(10_000));
      assertTrue(plane.warning(100_000).contains("100000 Services"), plane.warning(100_000));
    }
    assertEquals("", DataPlanes.find("none").orElseThrow().warning(100_000));
  }
}
