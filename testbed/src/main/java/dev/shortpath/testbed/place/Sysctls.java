package dev.shortpath.testbed.place;

import java.util.List;
import java.util.stream.Stream;

/** Settings of a network namespace, made before its interfaces so that they inherit them. */
public final class Sysctls {
  /**
   * Of a pod: it passes nothing on, though a new namespace does where the host does (Docker
   * switches that on); addresses at once, no chatter, time stamps (attestation counts on their
   * length).
   */
  public static final List<String> POD =
      List.of(
          "net.ipv4.ip_forward=0",
          "net.ipv6.conf.all.forwarding=0",
          "net.ipv6.conf.all.disable_ipv6=0",
          "net.ipv6.conf.default.disable_ipv6=0",
          "net.ipv6.conf.all.accept_dad=0",
          "net.ipv6.conf.default.accept_dad=0",
          "net.ipv6.conf.default.accept_ra=0",
          "net.ipv6.conf.default.router_solicitations=0",
          "net.ipv4.tcp_timestamps=1");

  private static final List<String> FORWARDING =
      List.of("net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");

  /** Of a node: a pod's, and it passes packets on; its bridge does not bother packet filters. */
  public static final List<String> NODE =
      and(
          and(POD, FORWARDING),
          List.of(
              "net.bridge.bridge-nf-call-iptables=0",
              "net.bridge.bridge-nf-call-ip6tables=0",
              "net.bridge.bridge-nf-call-arptables=0"));

  /** Of a node whose bridge hands over what it passes on. */
  public static final List<String> BRIDGED =
      List.of("net.bridge.bridge-nf-call-iptables=1", "net.bridge.bridge-nf-call-ip6tables=1");

  /**
   * Of a backend: a trial's congestion does not follow into the next one by way of the kernel's
   * memory of peers.
   */
  public static final List<String> BACKEND = and(POD, List.of("net.ipv4.tcp_no_metrics_save=1"));

  /**
   * Of a client: it can open many connections one after the other, because it has many ports and
   * takes one again a second after its connection ended.
   */
  public static final List<String> CLIENT =
      and(BACKEND, List.of("net.ipv4.ip_local_port_range=10000 65535", "net.ipv4.tcp_tw_reuse=1"));

  private static final List<String> LENIENT =
      List.of(
          "net.ipv4.conf.all.rp_filter=0",
          "net.ipv4.conf.default.rp_filter=0",
          "net.ipv4.conf.all.send_redirects=0",
          "net.ipv4.conf.default.send_redirects=0");

  private static final List<String> FORGETFUL =
      List.of(
          "net.netfilter.nf_conntrack_tcp_timeout_time_wait=5",
          "net.netfilter.nf_conntrack_tcp_timeout_close=2",
          "net.netfilter.nf_conntrack_udp_timeout=10");

  /** Of what passes packets on between links: whoever sends them, by whatever way. */
  public static final List<String> ROUTER = and(and(POD, FORWARDING), LENIENT);

  /**
   * Of a worker: a router's, and it soon forgets connections that have ended. The most that it can
   * track ({@code nf_conntrack_max}) is the host's own setting, which a namespace cannot change:
   * with the kernel's times a connect loop would reach it.
   */
  public static final List<String> WORKER = and(ROUTER, FORGETFUL);

  /** What of a worker's is to be set on a node that a cluster has made already. */
  public static final List<String> NODE_WORKER = and(LENIENT, FORGETFUL);

  private Sysctls() {}

  private static List<String> and(List<String> some, List<String> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }
}
