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

/**
 * A client outside of the workers: a pod of another node or a host over SSH, on links that are not
 * ours.
 *
 * @param client where the workload's client runs
 * @param nic its interface towards the workers
 * @param describe in words
 */
record ClientOutside(Host client, String nic, String describe) implements Outside {
  /**
   * Of a place where commands run.
   *
   * @throws TestbedException where it has no route to the workers, or not by one interface
   */
  static ClientOutside of(Remote remote, List<Worker> workers, String describe)
      throws TestbedException, InterruptedException {
    String routes = ProcNet.of(remote).read("route");
    String nic = null;
    for (Worker worker : workers) {
      String to = Routes.nic(routes, (Inet4Address) worker.ipv4());
      if (nic != null && !nic.equals(to)) {
        throw new TestbedException(
            describe + " reaches the workers by " + nic + " and by " + to + ": one is needed");
      }
      nic = to;
    }
    return new ClientOutside(new Host("client", null, null, remote), nic, describe);
  }

  @Override
  public boolean routed() {
    return false;
  }

  @Override
  public Map<String, Long> counters() throws TestbedException, InterruptedException {
    return InterfaceCounters.parse(
        "net.client", ProcNet.of(client.remote()).read("dev"), Map.of(nic, "eth0"));
  }

  @Override
  public Optional<Path> cgroup() {
    return Optional.empty();
  }
}
