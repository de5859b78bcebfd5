package dev.shortpath.testbed.path;

import dev.shortpath.harness.testbed.Hop;
import dev.shortpath.harness.testbed.Traffic;
import java.util.List;

/** The rules of {@link PathRules} for one leg. */
final class LegRules {
  private static final int ARP_BYTES = 42;

  private final Leg leg;
  private final boolean shortcut;
  private final int header;
  private final Deltas deltas;
  private final Traffic traffic;
  private final List<String> faults;
  private final long messages;

  LegRules(
      Leg leg,
      boolean shortcut,
      boolean ipv6,
      Deltas deltas,
      Traffic traffic,
      List<String> faults) {
    this.leg = leg;
    this.shortcut = shortcut;
    this.header = PathRules.header(ipv6);
    this.deltas = deltas;
    this.traffic = traffic;
    this.faults = faults;
    this.messages = traffic.messagesToServer() + traffic.messagesToClient();
  }

  Hop judge() {
    int known = faults.size();
    boolean redirect = shortcut && leg.withinNode();
    long connections = leg.flow() == null ? -1 : proxied(leg.flow());
    long redirected = -1;
    long stack = -1;
    if (redirect) {
      redirected = agent("to-server.redirected") + agent("to-client.redirected");
      stack = agent("to-server.stack") + agent("to-client.stack");
      redirected();
      connections = connections < 0 ? agent("pairs") : connections;
    } else {
      notRedirected();
      leg.interfaces().forEach(this::carried);
    }
    long packets =
        leg.interfaces().stream().mapToLong(i -> deltas.of(i + ".packets")).max().orElse(-1);
    if (redirect && packets > quiet()) {
      fault("its interfaces counted " + packets + " packets for " + messages + " messages");
    } else if (redirect && messages <= quiet()) {
      fault(messages + " messages are too few to tell redirection by packets; send " + enough());
    }
    return new Hop(
        leg.name(),
        redirect ? "redirect" : "stack",
        redirected,
        stack,
        packets,
        connections,
        faults.size() == known);
  }

  private long proxied(Flow flow) {
    long accepted = deltas.of(flow.connections());
    if (accepted != traffic.connections()) {
      fault(
          "its proxy accepted "
              + accepted
              + " connections, the client opened "
              + traffic.connections());
    }
    long opened = deltas.of(flow.upstreams());
    if (opened != traffic.connections()) {
      fault(
          "its proxy opened " + opened + " connections for the client's " + traffic.connections());
    }
    atLeast("bytes to the server", deltas.of(flow.bytesToServer()), traffic.bytesToServer());
    atLeast("bytes to the client", deltas.of(flow.bytesToClient()), traffic.bytesToClient());
    return accepted;
  }

  private void atLeast(String what, long passed, long sent) {
    if (passed < sent) {
      fault("its proxy passed on " + passed + " of " + sent + " " + what);
    }
  }

  private void redirected() {
    if (agent("pairs") != traffic.connections()) {
      fault("the agent paired " + agent("pairs") + " of " + traffic.connections() + " connections");
    }
    direction("to-server", traffic.messagesToServer(), traffic.bytesToServer());
    direction("to-client", traffic.messagesToClient(), traffic.bytesToClient());
  }

  private void direction(String direction, long sent, long bytes) {
    long allowed = PathRules.STACK_MESSAGES * traffic.connections();
    long stack = agent(direction + ".stack");
    if (stack > allowed) {
      fault(stack + " messages " + direction.replace('-', ' ') + " went through the stack");
    }
    long seen = agent(direction + ".redirected-bytes") + agent(direction + ".stack-bytes");
    if (seen < bytes) {
      fault("the agent saw " + seen + " of " + bytes + " bytes " + direction.replace('-', ' '));
    }
    if ((sent > 0 || bytes > 0) && agent(direction + ".redirected") == 0) {
      fault("nothing was redirected " + direction.replace('-', ' '));
    }
  }

  private void notRedirected() {
    long moved = ofNodes("to-server.redirected") + ofNodes("to-client.redirected");
    if (moved > 0) {
      fault(moved + " messages were redirected, though it must take the stack");
    }
  }

  private long ofNodes(String counter) {
    long sum = deltas.ofOptional(counter(leg.fromNode(), counter));
    return leg.withinNode() ? sum : sum + deltas.ofOptional(counter(leg.toNode(), counter));
  }

  private void carried(String nic) {
    long payload = deltas.of(nic + ".bytes") - header * deltas.of(nic + ".packets");
    long sent = traffic.bytesToServer() + traffic.bytesToClient();
    // ARP is shorter than a TCP header: each such packet takes a little away.
    long allowance = (long) PathRules.STRAY_PACKETS * Math.max(0, header - ARP_BYTES);
    if (payload + allowance < sent || deltas.of(nic + ".packets") == 0) {
      fault("interface " + nic + " carried " + Math.max(payload, 0) + " of " + sent + " bytes");
    }
  }

  private long quiet() {
    return unrelated() + messages / PathRules.MESSAGES_PER_PACKET;
  }

  /** Packets that no message needs. */
  private long unrelated() {
    return PathRules.STRAY_PACKETS + PathRules.CONNECTION_PACKETS * traffic.connections();
  }

  /** The fewest messages that are more than {@link #quiet} of them. */
  private long enough() {
    return unrelated() * PathRules.MESSAGES_PER_PACKET / (PathRules.MESSAGES_PER_PACKET - 1) + 1;
  }

  private long agent(String counter) {
    return deltas.ofOptional(counter(leg.fromNode(), counter));
  }

  private String counter(String node, String counter) {
    return "agent." + node + "." + leg.port() + "." + counter;
  }

  private void fault(String what) {
    faults.add(leg.name() + ": " + what);
  }
}
