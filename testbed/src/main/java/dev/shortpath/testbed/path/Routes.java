package dev.shortpath.testbed.path;

import dev.shortpath.harness.testbed.TestbedException;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A network namespace's main routing table of IPv4, from {@code /proc/net/route} (kernel:
 * net/ipv4/fib_trie.c, fib_route_seq_show): addresses are hexadecimal in the machine's byte order.
 */
public final class Routes {
  private static final int DESTINATION = 1;
  private static final int FLAGS = 3;
  private static final int METRIC = 6;
  private static final int MASK = 7;
  private static final int HEX = 16;

  /** RTF_UP and RTF_REJECT (include/uapi/linux/route.h). */
  private static final int UP = 1;

  private static final int REJECT = 0x200;

  private Routes() {}

  /**
   * The interface that leads to an address: that of the longest prefix, and of the smallest metric.
   *
   * @param text of the file, of a machine of this one's byte order
   * @throws TestbedException where there is none
   */
  public static String nic(String text, Inet4Address to) throws TestbedException {
    int address = ByteBuffer.wrap(to.getAddress()).order(ByteOrder.nativeOrder()).getInt();
    String best = null;
    int bits = -1;
    long metric = 0;
    for (String line : text.lines().skip(1).toList()) {
      String[] fields = line.strip().split("\\s+");
      if (fields.length <= MASK) {
        continue;
      }
      int flags = Integer.parseInt(fields[FLAGS], HEX);
      int mask = Integer.parseUnsignedInt(fields[MASK], HEX);
      boolean leads =
          (flags & (UP | REJECT)) == UP
              && (address & mask) == Integer.parseUnsignedInt(fields[DESTINATION], HEX);
      int length = Integer.bitCount(mask);
      long cost = Long.parseLong(fields[METRIC]);
      if (leads && (length > bits || (length == bits && cost < metric))) {
        best = fields[0];
        bits = length;
        metric = cost;
      }
    }
    if (best == null) {
      throw new TestbedException("there is no route to " + to.getHostAddress());
    }
    return best;
  }
}
