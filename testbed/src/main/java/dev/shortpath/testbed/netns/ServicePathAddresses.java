package dev.shortpath.testbed.netns;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * The addresses of topology {@code service-path}. They live in the run's own namespaces only. Links
 * are numbered: 0 joins client and router, n joins router and worker n.
 */
final class ServicePathAddresses {
  /** Workers that there are numbers for. */
  static final int WORKERS = 254;

  /** All pods of all workers: {@code --cluster-cidr}. */
  static final String POD_CIDR4 = "10.244.0.0/16";

  /** Likewise. */
  static final String POD_CIDR6 = "fd00:10:244::/56";

  /** The gateway of every pod, on each of its node's interfaces. */
  static final String GATEWAY6 = "fe80::1";

  private static final int[] LINK4 = {10, 89};
  private static final int[] LINK6 = {0xfd00, 0x10, 0x89};
  private static final int[] POD4 = {10, 244};
  private static final int[] POD6 = {0xfd00, 0x10, 0x244};

  private ServicePathAddresses() {}

  /** The end of a link that is nearer to the client (1), or the other one (2). */
  static InetAddress link4(int link, int end) {
    return ipv4(LINK4[0], LINK4[1], link, end);
  }

  /** Likewise. */
  static InetAddress link6(int link, int end) {
    return ipv6(LINK6[0], LINK6[1], LINK6[2], link, end);
  }

  /** A worker's own address towards its pods. */
  static InetAddress gateway4(int worker) {
    return pod4(worker, 1);
  }

  /** Number 1 is the worker itself. */
  static InetAddress pod4(int worker, int number) {
    return ipv4(POD4[0], POD4[1], worker, number);
  }

  /** Number 1 is the worker itself. */
  static InetAddress pod6(int worker, int number) {
    return ipv6(POD6[0], POD6[1], POD6[2], worker, number);
  }

  /** The pods of one worker. */
  static String subnet4(int worker) {
    return pod4(worker, 0).getHostAddress() + "/24";
  }

  /** Likewise. */
  static String subnet6(int worker) {
    return pod6(worker, 0).getHostAddress() + "/64";
  }

  private static InetAddress ipv4(int a, int b, int c, int d) {
    return address(new byte[] {(byte) a, (byte) b, (byte) c, (byte) d});
  }

  private static InetAddress ipv6(int a, int b, int c, int subnet, int last) {
    return ipv6(a, b, c, subnet, 0, 0, 0, last);
  }

  private static InetAddress ipv6(int... groups) {
    byte[] bytes = new byte[16];
    for (int i = 0; i < groups.length; i++) {
      bytes[2 * i] = (byte) (groups[i] >> 8);
      bytes[2 * i + 1] = (byte) groups[i];
    }
    return address(bytes);
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
