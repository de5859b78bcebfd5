package dev.shortpath.testbed.netns;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.place.ExternalHost;
import dev.shortpath.testbed.servicepath.ServicePathTreatment;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Client, router and the workers that a set of treatments needs, which all stand at once: switching
 * the data plane is choosing another worker.
 *
 * @param client outside of the cluster
 * @param router between client and workers
 * @param workers by {@link ServicePathTreatment#worker}
 */
record ServicePathLayout(ExternalHost client, ExternalHost router, Map<String, Worker> workers) {
  static ServicePathLayout of(String runId, Path cgroup, List<ServicePathTreatment> treatments)
      throws TestbedException {
    Map<String, Worker> workers = new LinkedHashMap<>();
    for (ServicePathTreatment treatment : treatments) {
      if (!workers.containsKey(treatment.worker())) {
        int number = workers.size() + 1;
        workers.put(treatment.worker(), Worker.of(runId, cgroup, number, treatment.worker()));
      }
    }
    if (workers.size() > ServicePathAddresses.WORKERS) {
      throw new TestbedException("topology service-path: too many workers: " + workers.size());
    }
    return new ServicePathLayout(
        host(
            runId,
            cgroup,
            "client",
            ServicePathAddresses.link4(0, 1),
            ServicePathAddresses.link6(0, 1)),
        host(
            runId,
            cgroup,
            "router",
            ServicePathAddresses.link4(0, 2),
            ServicePathAddresses.link6(0, 2)),
        workers);
  }

  private static ExternalHost host(
      String runId, Path cgroup, String name, InetAddress ipv4, InetAddress ipv6) {
    return new ExternalHost(name, RunNames.netns(runId, name), cgroup.resolve(name), ipv4, ipv6);
  }

  /** Name of the router's interface that leads to a worker. */
  static String link(Worker worker) {
    return "to-w" + worker.number();
  }
}
