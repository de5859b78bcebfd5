package dev.shortpath.testbed.mesh;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.place.Pair;
import dev.shortpath.testbed.place.Site;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** A mesh of proxies that rules in the pods redirect connections to. */
interface ProxiedMesh extends RunningMesh {
  /** The run's. */
  Site site();

  /** Each proxy by the name of the node or pod that it serves. */
  Map<String, Proxy> proxies();

  /**
   * The counters of one proxy.
   *
   * @param place its name among {@link #proxies}
   * @throws TestbedException when it does not tell them
   */
  Map<String, Long> counters(String place) throws TestbedException;

  @Override
  default List<Callable<Map<String, Long>>> proxyCounters() {
    List<Callable<Map<String, Long>>> readers = new ArrayList<>();
    proxies().keySet().forEach(place -> readers.add(() -> counters(place)));
    return readers;
  }

  @Override
  default List<Callable<Map<String, Long>>> ruleCounters(Pair pair) {
    return List.of(
        () -> Rules.counters(site(), pair.client()), () -> Rules.counters(site(), pair.server()));
  }

  @Override
  default void check() throws TestbedException {
    for (Proxy proxy : proxies().values()) {
      proxy.check();
    }
  }
}
