package dev.shortpath.testbed.netns;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.shortpath.testbed.place.Sysctls;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SysctlsTest {
  /** A namespace is born with the host's settings: neither a host with Docker nor one without. */
  @Test
  void whoPassesPacketsOnIsSaidForAll() {
    for (String name : List.of("net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding")) {
      for (List<String> ends : List.of(Sysctls.POD, Sysctls.BACKEND, Sysctls.CLIENT)) {
        assertEquals("0", inForce(ends).get(name), name);
      }
      for (List<String> between : List.of(Sysctls.NODE, Sysctls.ROUTER, Sysctls.WORKER)) {
        assertEquals("1", inForce(between).get(name), name);
      }
    }
  }

  private static Map<String, String> inForce(List<String> settings) {
    Map<String, String> last = new HashMap<>();
    for (String setting : settings) {
      String[] parts = setting.split("=", 2);
      last.put(parts[0], parts[1]);
    }
    return last;
  }
}
