package dev.shortpath.testbed.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.shortpath.harness.testbed.TestbedException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Optional;
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

  @ParameterizedTest
  @CsvSource({"fd5a:7012::9,br0", "fd00::2,eth0", "2001:db8::1,eth1", "fe80::1,"})
  void ofIpv6Too(String to, String nic) throws Exception {
    String table =
        """
        fd000000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000003 00000000 00000001     eth0
        fd5a7012000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000003 00000000 00000001     br0
        20000000000000000000000000000000 03 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000003 00000000 00000003     eth1
        00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
        """;
    assertEquals(Optional.ofNullable(nic), Routes.nic6(table, InetAddress.getByName(to)));
  }
}
