package dev.shortpath.testbed.mesh;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.path.Route;
import dev.shortpath.testbed.place.Pair;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** A mesh in operation. Its processes end with the run's cgroup. */
public interface RunningMesh {
  /** Its parts and their versions, stand-ins named as such. */
  Map<String, String> parts();

  /** The way of a connection from the client pod to the server pod of {@code pair}. */
  Route route(Pair pair);

  /**
   * Readers of all counters of its proxies, to be called at the same time. Names start with {@code
   * proxy.} and the mesh's name.
   */
  List<Callable<Map<String, Long>>> proxyCounters();

  /** Readers of the counters of a pair's rewriting rules. */
  List<Callable<Map<String, Long>>> ruleCounters(Pair pair);

  /** Label to cgroup of each proxy on the pair's path. */
  Map<String, Path> cgroups(Pair pair);

  /**
   * Checks its processes.
   *
   * @throws TestbedException naming the one that died
   */
  void check() throws TestbedException;
}
