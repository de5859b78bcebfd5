package dev.shortpath.testbed.netns;

import dev.shortpath.harness.testbed.TestbedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Packets and bytes of the interfaces of a network namespace, from {@code /proc/PID/net/dev} of a
 * process in it: both directions together; of the loopback interface one, because each packet is
 * counted in both. Bytes are those of Ethernet frames; the loopback interface counts them without
 * the 14 bytes of the header, which are added.
 */
final class NetDev {
  private static final int ETHERNET_HEADER = 14;

  private NetDev() {}

  /**
   * Reads the counters of a place.
   *
   * @param place node or pod
   * @param pid a process in its namespace
   * @throws TestbedException when that process is gone
   */
  static Map<String, Long> read(String place, long pid) throws TestbedException {
    try {
      return parse("net." + place, Files.readString(Path.of("/proc/" + pid + "/net/dev")));
    } catch (IOException e) {
      throw new TestbedException(
          "interfaces of " + place + " cannot be read: " + e.getMessage(), e);
    }
  }

  static Map<String, Long> parse(String prefix, String text) {
    Map<String, Long> counters = new TreeMap<>();
    for (String line : text.split("\n")) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        String nic = line.substring(0, colon).strip();
        String[] fields = line.substring(colon + 1).strip().split("\\s+");
        boolean loopback = nic.equals("lo");
        long packets = Long.parseLong(fields[1]);
        long bytes = Long.parseLong(fields[0]);
        packets += loopback ? 0 : Long.parseLong(fields[9]);
        bytes += loopback ? ETHERNET_HEADER * packets : Long.parseLong(fields[8]);
        counters.put(prefix + "." + nic + ".packets", packets);
        counters.put(prefix + "." + nic + ".bytes", bytes);
      }
    }
    return counters;
  }
}
