package dev.shortpath.testbed.dataplane;

import dev.shortpath.harness.testbed.TestbedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A data plane at work on one node. */
public interface RunningDataPlane extends AutoCloseable {
  /**
   * Makes ready for a {@link #load}, of whose time this is no part: where Services can only be
   * created and removed one by one, removes them.
   *
   * @throws TestbedException when they do not go
   */
  default void beforeLoad() throws TestbedException, InterruptedException {}

  /**
   * Makes {@code services} all that there are, whatever there was: a full load, as after
   * kube-proxy's start.
   *
   * @throws TestbedException when the kernel did not take them; what was before is in force again
   */
  void load(List<ServicePort> services) throws TestbedException, InterruptedException;

  /**
   * Likewise.
   *
   * @return how long the node was at it; what else a load needs is not in it
   */
  default Duration timedLoad(List<ServicePort> services)
      throws TestbedException, InterruptedException {
    long start = System.nanoTime();
    load(services);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /**
   * Makes {@code services} all that there are by changing only what differs from before. Flows to
   * endpoints that went are cut or left as kube-proxy does; UDP flows to them are forgotten.
   *
   * @throws TestbedException when the kernel did not take them; what was before is in force again
   */
  void update(List<ServicePort> services) throws TestbedException, InterruptedException;

  /**
   * What {@link #load} would hand to the kernel's tool, in order; nothing is handed over. It is the
   * data plane's own part of a load.
   *
   * @throws TestbedException when such Services cannot be loaded
   */
  List<String> compile(List<ServicePort> services) throws TestbedException, InterruptedException;

  /**
   * Forgets every flow that its own programs track, so that the next packet of each is a first one.
   * The kernel's connection tracking is not its own: the testbed empties that.
   */
  default void forget() throws TestbedException, InterruptedException {}

  /**
   * How many Services (of the family that has fewer) the kernel itself holds now: their ClusterIPs,
   * less the NodePorts that are missing.
   */
  int counted() throws TestbedException, InterruptedException;

  /**
   * Counters, at least {@code translated.ipv4} and {@code translated.ipv6}: flows that were given
   * an endpoint since the start; -1 never, absent when it cannot be told.
   */
  Map<String, Long> counters() throws TestbedException, InterruptedException;

  /** Bytes of kernel memory that rules and maps hold, as far as the kernel tells; by what it is. */
  Map<String, Long> memory() throws TestbedException, InterruptedException;

  /** Parts and versions, for the report. */
  Map<String, String> parts();

  /** Cgroups of its programs, which count as the path's cost; none for rules in the kernel. */
  Map<String, Path> cgroups();

  /** Fails when one of its programs died. */
  void check() throws TestbedException;

  /** Takes it off the node. */
  @Override
  void close();
}
