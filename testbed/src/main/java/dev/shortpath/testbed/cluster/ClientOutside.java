package dev.shortpath.testbed.cluster;

import dev.shortpath.harness.testbed.Host;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.kube.servicepath.Outside;
import dev.shortpath.testbed.kube.servicepath.Worker;
import dev.shortpath.testbed.path.InterfaceCounters;
import dev.shortpath.testbed.path.ProcNet;
import dev.shortpath.testbed.path.Routes;
import java.net.Inet4Address;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A client outside of the workers: a pod of another node or a host over SSH, on links that are not
 * ours.
 *
 * @param client where the workload's client runs
 * @param nics its interfaces towards the workers, of either family
 * @param describe in words
 */
record ClientOutside(Host client, Set<String> nics, String describe) implements Outside {
  /**
   * Of a place where commands run.
   *
   * @throws TestbedException where it has no route to the workers
   */
  static ClientOutside of(Remote remote, List<Worker> workers, String describe)
      throws TestbedException, InterruptedException {
    ProcNet proc = ProcNet.of(remote);
    String routes = proc.read("route");
    Optional<String> routes6 = proc.find("ipv6_route");
    Set<String> nics = new TreeSet<>();
    for (Worker worker : workers) {
      nics.add(Routes.nic(routes, (Inet4Address) worker.ipv4()));
      if (worker.ipv6() != null && routes6.isPresent()) {
        Routes.nic6(routes6.get(), worker.ipv6()).ifPresent(nics::add);
      }
    }
    return new ClientOutside(new Host("client", null, null, remote), nics, describe);
  }

  @Override
  public boolean routed() {
    return false;
  }

  @Override
  public Map<String, Long> counters() throws TestbedException, InterruptedException {
    Map<String, Long> all = InterfaceCounters.parse("net", ProcNet.of(client.remote()).read("dev"));
    Map<String, Long> counters = new TreeMap<>();
    for (String what : List.of(".packets", ".bytes")) {
      long sum = nics.stream().mapToLong(nic -> all.getOrDefault("net." + nic + what, 0L)).sum();
      counters.put("net.client.eth0" + what, sum);
    }
    return counters;
  }

  @Override
  public Optional<Path> cgroup() {
    return Optional.empty();
  }
}
