package dev.shortpath.testbed.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.shortpath.harness.testbed.TestbedException;
import java.net.Inet4Address;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutesTest {
  /** Of a node with two interfaces and pods, little endian. */
  private static final String TABLE =
      """
      Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
      eth1	00000000	0101A8C0	0003	0	0	200	00000000	0	0	0
      eth0	00000000	010012AC	0003	0	0	100	00000000	0	0	0
      cni0	0001F40A	00000000	0001	0	0	0	00FFFFFF	0	0	0
      eth0	000012AC	00000000	0001	0	0	0	0000FFFF	0	0	0
      *	0002F40A	00000000	0201	0	0	0	00FFFFFF	0	0	0
      """;

  private static String nic(String table, String to) throws Exception {
    return Routes.nic(table, (Inet4Address) InetAddress.getByName(to));
  }

  @ParameterizedTest
  @CsvSource({"172.18.0.3,eth0", "10.244.1.7,cni0", "192.168.1.9,eth0", "10.244.2.7,eth0"})
  void theLongestPrefixThenTheSmallestMetric(String to, String nic) throws Exception {
    assertEquals(nic, nic(TABLE, to));
  }

  @Test
  void none() {
    String direct =
        TABLE
            .lines()
            .filter(line -> !line.contains("\t00000000\t0"))
            .reduce("", (a, b) -> a + b + "\n");
    assertThrows(TestbedException.class, () -> nic("Iface\n", "10.0.0.1"));
    assertThrows(
        TestbedException.class, () -> nic(direct.replace("00FFFFFF", "FFFFFFFF"), "9.9.9.9"));
  }
}
