package dev.shortpath.testbed.path;

import java.util.Map;
import java.util.TreeMap;

/**
 * Packets and bytes of the interfaces of a network namespace: both directions together; of the
 * loopback interface one, because each packet is counted in both. Bytes are those of Ethernet
 * frames; the loopback interface counts them without the 14 bytes of the header, which are added.
 */
public final class InterfaceCounters {
  private static final int ETHERNET_HEADER = 14;

  private InterfaceCounters() {}

  /**
   * Reads the text of {@code /proc/PID/net/dev} (proc(5)).
   *
   * @param prefix of the counters' names, for example {@code net.client}
   * @return {@code PREFIX.INTERFACE.packets} and {@code .bytes}
   */
  public static Map<String, Long> parse(String prefix, String text) {
    return parse(prefix, text, Map.of());
  }

  /**
   * Likewise.
   *
   * @param words by interface: what it is called in its stead
   */
  public static Map<String, Long> parse(String prefix, String text, Map<String, String> words) {
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
        String name = prefix + "." + words.getOrDefault(nic, nic);
        counters.put(name + ".packets", packets);
        counters.put(name + ".bytes", bytes);
      }
    }
    return counters;
  }
}
