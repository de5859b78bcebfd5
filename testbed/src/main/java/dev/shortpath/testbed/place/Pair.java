package dev.shortpath.testbed.place;

/**
 * A client pod and a server pod that talk to each other.
 *
 * @param client where the workload's client runs
 * @param server where the workload's server runs
 */
public record Pair(Pod client, Pod server) {
  /** Whether both run on the same node. */
  public boolean oneNode() {
    return client.node().equals(server.node());
  }
}
