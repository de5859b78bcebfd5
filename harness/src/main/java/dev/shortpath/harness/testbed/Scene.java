package dev.shortpath.harness.testbed;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/** A testbed with a treatment in force, for one trial. Closing it takes the treatment back. */
public interface Scene extends AutoCloseable {
  /** Where the client of the workload runs. */
  Host client();

  /** Where the server of the workload runs. */
  Host server();

  /**
   * Every place where a server of the same port may be asked for, {@link #server} first: behind a
   * Service whose endpoints change, all that it may have.
   */
  default List<Host> servers() {
    return List.of(server());
  }

  /** Where the server listens. */
  InetSocketAddress listen();

  /** Where the client connects; differs from {@link #listen} behind a Service or NodePort. */
  InetSocketAddress target();

  /**
   * Where else the client may connect, for workloads that visit many places (Services by their
   * position in a chain, say); at least {@link #target}.
   */
  default List<InetSocketAddress> targets() {
    return List.of(target());
  }

  /** The transport that the path carries: {@code tcp} or {@code udp}. */
  default String protocol() {
    return "tcp";
  }

  /**
   * Changes that a workload may make while its traffic flows, by name (for example {@code
   * add-service}); empty where the scene has none.
   */
  default Map<String, Action> actions() {
    return Map.of();
  }

  /**
   * All counters of the path, by a dotted name (for example {@code
   * agent.15001.to-server.redirected}).
   *
   * @throws TestbedException when one cannot be read: its part died
   */
  Map<String, Long> counters() throws TestbedException, InterruptedException;

  /**
   * Bytes of kernel memory that the path's own parts hold now, by what they are; empty where that
   * cannot be told.
   */
  default Map<String, Long> memory() throws TestbedException, InterruptedException {
    return Map.of();
  }

  /**
   * Says which path the traffic took, from the counters before and after it.
   *
   * @param traffic what the workload itself says it sent
   */
  Attestation attest(Map<String, Long> before, Map<String, Long> after, Traffic traffic);

  /**
   * Processes whose CPU time counts as the path's cost: label to cgroup directory on the host of
   * the harness; empty where there are none.
   */
  Map<String, java.nio.file.Path> cgroups();

  /** Whether the path's packets cross the kernel that the harness runs on: its costs are there. */
  default boolean onThisMachine() {
    return true;
  }

  @Override
  void close();
}
