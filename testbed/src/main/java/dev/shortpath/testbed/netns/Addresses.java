package dev.shortpath.testbed.netns;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** The addresses of nodes and pods. They live in the run's own namespaces only. */
final class Addresses {
  /** All pods. */
  static final String PODS4 = "10.88.0.0/16";

  /** Likewise. */
  static final String PODS6 = "fd88::/48";

  private Addresses() {}

  static String subnet4(int node) {
    return "10.88." + node + ".0/24";
  }

  static String subnet6(int node) {
    return "fd88:0:0:" + node + "::/64";
  }

  static String gateway4(int node) {
    return "10.88." + node + ".1";
  }

  static String gateway6(int node) {
    return "fd88:0:0:" + node + "::1";
  }

  /** A node's address on the link between nodes. */
  static String link4(int node) {
    return "10.88.0." + node;
  }

  /** A node's address on the link between nodes. */
  static String link6(int node) {
    return "fd88::" + node;
  }

  static InetAddress pod4(int node, int pod) {
    return literal("10.88." + node + "." + (10 + pod));
  }

  static InetAddress pod6(int node, int pod) {
    return literal("fd88:0:0:" + node + "::" + Integer.toHexString(16 + pod));
  }

  static InetAddress literal(String address) {
    try {
      return InetAddress.getByName(address);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(address, e);
    }
  }
}
