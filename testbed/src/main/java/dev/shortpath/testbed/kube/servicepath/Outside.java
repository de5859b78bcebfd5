package dev.shortpath.testbed.kube.servicepath;

import dev.shortpath.harness.testbed.Host;
import dev.shortpath.harness.testbed.TestbedException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The client outside of the workers, and what is between it and them. */
public interface Outside {
  /** Where the workload's client runs. */
  Host client();

  /** Whether there is a router in between. */
  boolean routed();

  /** Interfaces of client and router, as ServicePathPlaces names them. */
  Map<String, Long> counters() throws TestbedException, InterruptedException;

  /** The client's on this machine; empty where it is on another. */
  Optional<Path> cgroup();

  /** In words, for the list of parts. */
  String describe();
}
