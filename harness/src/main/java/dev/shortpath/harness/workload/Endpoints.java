package dev.shortpath.harness.workload;

import java.net.Inet6Address;
import java.net.InetSocketAddress;

/** Addresses as programs take them. */
final class Endpoints {
  private Endpoints() {}

  /** {@code 10.0.0.1:7000} or {@code [fd00::1]:7000}. */
  static String text(InetSocketAddress at) {
    String host = host(at);
    return (at.getAddress() instanceof Inet6Address ? "[" + host + "]" : host) + ":" + at.getPort();
  }

  /** The address without brackets, scope or name. */
  static String host(InetSocketAddress at) {
    return at.getAddress().getHostAddress().replaceAll("%.*", "");
  }
}
