package dev.shortpath.harness.testbed;

import java.net.InetSocketAddress;
import java.util.Map;

/** A testbed with a treatment in force, for one trial. Closing it takes the treatment back. */
public interface Scene extends AutoCloseable {
  /** Where the client of the workload runs. */
  Host client();

  /** Where the server of the workload runs. */
  Host server();

  /** Where the server listens. */
  InetSocketAddress listen();

  /** Where the client connects; differs from {@link #listen} behind a Service or NodePort. */
  InetSocketAddress target();

  /**
   * All counters of the path, by a dotted name (for example {@code
   * agent.15001.to-server.redirected}).
   *
   * @throws TestbedException when one cannot be read: its part died
   */
  Map<String, Long> counters() throws TestbedException, InterruptedException;

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

  @Override
  void close();
}
