package dev.shortpath.testbed.servicepath;

import dev.shortpath.harness.testbed.Host;
import dev.shortpath.harness.testbed.TestbedException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Map;

/** Where the traffic of topology {@code service-path} runs, by way of one worker. */
public interface ServicePathPlaces {
  /** The client outside of the cluster. */
  Host client();

  /** The client pod on the worker. */
  Host podClient();

  /** The pod on the worker that Services lead to. */
  Host podA();

  /** The pod on the worker that a changed Service leads to. */
  Host podB();

  /** Whether there is a router between the client outside and the worker. */
  default boolean routed() {
    return true;
  }

  /** The worker's address, where NodePorts are reached. */
  InetAddress worker(boolean ipv6);

  /**
   * Interfaces by {@code net.PLACE.NAME}, with the places {@code client} (its interface towards the
   * worker is {@code eth0} here, whatever its name), {@code router}, {@code worker} (its interface
   * towards the client outside is {@code uplink} here), {@code pod-client}, {@code pod-a} and
   * {@code pod-b}; and what is tracked by the worker's kernel.
   */
  Map<String, Long> counters() throws TestbedException, InterruptedException;

  /** Cgroups on this machine of what the workload runs, as far as they are here. */
  Map<String, Path> cgroups(boolean fromOutside);

  /** Fails when a part died. */
  void check() throws TestbedException;

  /** Ends what the workload has left running. */
  void end(boolean fromOutside);
}
