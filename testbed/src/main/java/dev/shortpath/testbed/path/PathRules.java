package dev.shortpath.testbed.path;

import dev.shortpath.harness.testbed.Attestation;
import dev.shortpath.harness.testbed.Hop;
import dev.shortpath.harness.testbed.Traffic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Decides from counters which path a trial's traffic took.
 *
 * <p>Shortcut off: each interface of each leg must have carried at least the application's bytes as
 * TCP payload. These byte counts alone prove the stack, whoever's BPF programs are attached: bytes
 * that a program moves from socket to socket cross no interface. A program that is attached and
 * moves nothing is not seen.
 *
 * <p>Shortcut on, a leg between nodes: as with the shortcut off, and the agents may have redirected
 * nothing of it. Shortcut on, a leg within a node:
 *
 * <ul>
 *   <li>the agent must have paired as many connections as the client opened;
 *   <li>in each direction the bytes that it redirected and those that it left to the stack must add
 *       up to at least the application's;
 *   <li>in each direction at most {@value #STACK_MESSAGES} messages per connection may have gone
 *       through the stack (those sent before the reader was ready for them, records of a TLS
 *       handshake);
 *   <li>in each direction in which the application sent anything, at least one message must have
 *       been redirected;
 *   <li>the busiest of its interfaces may have counted at most {@value #STRAY_PACKETS} packets, and
 *       {@value #CONNECTION_PACKETS} for each connection, and one for every {@value
 *       #MESSAGES_PER_PACKET} messages that the application sent in both directions (rounded down:
 *       window updates, keep-alives). This does not rely on the agent: in a long trial about a
 *       tenth of the messages at most can have gone through the stack behind its back, more only
 *       where the stack merges messages into packets;
 *   <li>the application must have sent more messages than packets are allowed: fewer could all have
 *       taken the stack, and only the agent would say that they did not.
 * </ul>
 *
 * <p>In all cases each proxy of the path must have accepted as many connections as the client
 * opened, opened as many upstream, and passed on at least the application's bytes; each rewriting
 * rule must have matched each connection; and no proxy off the path may have accepted any.
 */
public final class PathRules {
  /** Messages per connection and direction that may go through the stack on a redirected leg. */
  public static final int STACK_MESSAGES = 8;

  /**
   * Packets that a connection may need on a redirected leg: its begin, TLS, first messages, end.
   */
  public static final int CONNECTION_PACKETS = 40;

  /** Packets that are nobody's: address resolution, group membership. */
  public static final int STRAY_PACKETS = 20;

  /** On a redirected leg a packet is allowed for every so many messages of the application. */
  public static final int MESSAGES_PER_PACKET = 10;

  private PathRules() {}

  /**
   * Bytes of a packet beside its TCP payload: Ethernet, IP, TCP with time stamps (the namespaces
   * switch them on). Other packets are at most this long or carry next to nothing beyond it.
   */
  public static int header(boolean ipv6) {
    return 14 + (ipv6 ? 40 : 20) + 20 + 12;
  }

  /**
   * Judges one trial.
   *
   * @param route what the mesh makes of the way
   * @param shortcut whether messages are to be redirected where they can be
   * @param ipv6 whether the traffic is IPv6
   */
  public static Attestation judge(
      Route route,
      boolean shortcut,
      boolean ipv6,
      Map<String, Long> before,
      Map<String, Long> after,
      Traffic traffic) {
    Deltas deltas = new Deltas(before, after);
    List<String> faults = new ArrayList<>();
    if (traffic.messagesToServer() + traffic.messagesToClient() == 0) {
      faults.add("the workload sent nothing");
    }
    List<Hop> hops = new ArrayList<>();
    for (Leg leg : route.legs()) {
      hops.add(new LegRules(leg, shortcut, ipv6, deltas, traffic, faults).judge());
    }
    for (String rule : route.rewrites()) {
      long matched = deltas.of(rule);
      if (matched < traffic.connections()) {
        faults.add(rule + " matched " + matched + " of " + traffic.connections() + " connections");
      }
    }
    strangers(route, deltas, faults);
    // First, because other faults may only follow from it.
    deltas.missing().forEach(name -> faults.add(0, "counter " + name + " could not be read"));
    boolean attested = faults.isEmpty();
    return new Attestation(
        attested, attested ? praise(route, shortcut) : faults.get(0), hops, inWords(hops));
  }

  private static String inWords(List<Hop> hops) {
    return hops.stream()
        .map(hop -> hop.name() + ": " + hop.mechanism())
        .collect(Collectors.joining(", "));
  }

  private static void strangers(Route route, Deltas deltas, List<String> faults) {
    List<String> own =
        route.legs().stream()
            .filter(leg -> leg.flow() != null)
            .map(leg -> leg.flow().connections())
            .toList();
    for (String name : deltas.names()) {
      if (name.startsWith("proxy.") && name.endsWith(".connections") && !own.contains(name)) {
        long moved = deltas.of(name);
        if (moved != 0) {
          faults.add(name + " rose by " + moved + ", though that proxy is not on the path");
        }
      }
    }
  }

  private static String praise(Route route, boolean shortcut) {
    long between = route.legs().stream().filter(leg -> !leg.withinNode()).count();
    if (!shortcut) {
      return "every leg's interfaces and proxies counted all of the traffic: stack throughout";
    }
    if (between == 0) {
      return "the agent redirected the traffic from socket to socket on every leg";
    }
    String legs = route.legs().size() == between ? "" : "every leg within a node was redirected; ";
    return legs + "between nodes: stack, as it must be";
  }
}
