package dev.shortpath.testbed.path;

import java.util.List;

/**
 * One TCP connection's way.
 *
 * @param name for example {@code client → node proxy}
 * @param port local port of the accepting socket: the agent counts by it
 * @param fromNode where the connecting program runs
 * @param toNode where the accepting program runs
 * @param interfaces prefixes of the counters of every interface that the leg's packets cross
 * @param flow counters of the accepting proxy; null where the workload itself accepts
 */
public record Leg(
    String name, int port, String fromNode, String toNode, List<String> interfaces, Flow flow) {
  public Leg {
    interfaces = List.copyOf(interfaces);
  }

  /** Whether both ends are on the same node, so that a shortcut can act. */
  public boolean withinNode() {
    return fromNode.equals(toNode);
  }
}
