package dev.shortpath.testbed.netns;

import java.util.ArrayList;
import java.util.List;

/** Settings of a network namespace, made before its interfaces so that they inherit them. */
final class Sysctls {
  /** Of a pod: addresses at once, no chatter, time stamps (attestation counts on their length). */
  static final List<String> POD =
      List.of(
          "net.ipv6.conf.all.disable_ipv6=0",
          "net.ipv6.conf.default.disable_ipv6=0",
          "net.ipv6.conf.all.accept_dad=0",
          "net.ipv6.conf.default.accept_dad=0",
          "net.ipv6.conf.default.accept_ra=0",
          "net.ipv6.conf.default.router_solicitations=0",
          "net.ipv4.tcp_timestamps=1");

  /** Of a node: a pod's, and it passes packets on; its bridge does not bother packet filters. */
  static final List<String> NODE = node();

  private Sysctls() {}

  private static List<String> node() {
    List<String> settings = new ArrayList<>(POD);
    settings.add("net.ipv4.ip_forward=1");
    settings.add("net.ipv6.conf.all.forwarding=1");
    settings.add("net.bridge.bridge-nf-call-iptables=0");
    settings.add("net.bridge.bridge-nf-call-ip6tables=0");
    settings.add("net.bridge.bridge-nf-call-arptables=0");
    return List.copyOf(settings);
  }
}
