package dev.shortpath.testbed.path;

import dev.shortpath.harness.testbed.TestbedException;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * A network namespace's main routing tables: of IPv4, from {@code /proc/net/route} (kernel:
 * net/ipv4/fib_trie.c, fib_route_seq_show): addresses are hexadecimal in the machine's byte order.
 */
public final class Routes {
  private static final int DESTINATION = 1;
  private static final int FLAGS = 3;
  private static final int METRIC = 6;
  private static final int MASK = 7;
  private static final int HEX = 16;

  private static final int LENGTH6 = 1;
  private static final int METRIC6 = 5;
  private static final int FLAGS6 = 8;
  private static final int NIC6 = 9;

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

  /**
   * Likewise of IPv6, from {@code /proc/net/ipv6_route} (kernel: net/ipv6/route.c, rt6_info_route):
   * addresses are 32 hexadecimal digits in network order, all other numbers hexadecimal too.
   *
   * @return empty where there is none
   */
  public static Optional<String> nic6(String text, InetAddress to) {
    BigInteger address = new BigInteger(1, to.getAddress());
    String best = null;
    int bits = -1;
    long metric = 0;
    for (String line : text.lines().toList()) {
      String[] fields = line.strip().split("\\s+");
      if (fields.length <= NIC6) {
        continue;
      }
      int length = Integer.parseInt(fields[LENGTH6], HEX);
      int flags = Integer.parseUnsignedInt(fields[FLAGS6], HEX);
      int host = to.getAddress().length * Byte.SIZE - length;
      boolean leads =
          (flags & (UP | REJECT)) == UP
              && !fields[NIC6].equals("lo")
              && address.shiftRight(host).equals(new BigInteger(fields[0], HEX).shiftRight(host));
      long cost = Long.parseLong(fields[METRIC6], HEX);
      if (leads && (length > bits || (length == bits && cost < metric))) {
        best = fields[NIC6];
        bits = length;
        metric = cost;
      }
    }
    return Optional.ofNullable(best);
  }
}
