package dev.shortpath.testbed.k3s;

import dev.shortpath.harness.testbed.Host;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.kube.ClusterServices;
import dev.shortpath.testbed.path.NetDev;
import dev.shortpath.testbed.servicepath.Conntrack;
import dev.shortpath.testbed.servicepath.ServiceGenerator;
import dev.shortpath.testbed.servicepath.ServicePathPlaces;
import dev.shortpath.testbed.servicepath.ServiceRules;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The places of topology {@code service-path} by way of one worker of a cluster.
 *
 * @param outside client and router
 * @param worker whose pods they are
 * @param proxy its kube-proxy
 * @param api where the Services are
 * @param services the cluster's
 * @param clientCgroup of the client outside
 */
record WorkerPlaces(
    PathContainers outside,
    Worker worker,
    KubeProxy proxy,
    ClusterServices api,
    NodeServices services,
    Path clientCgroup)
    implements ServicePathPlaces {
  @Override
  public Host client() {
    PathContainers.Member client = outside.client();
    return new Host(
        "client",
        client.outside().get(0),
        client.outside().get(1),
        new ContainerRemote("client", client.id()));
  }

  @Override
  public Host podClient() {
    return worker.client().host();
  }

  @Override
  public Host podA() {
    return worker.a().host();
  }

  @Override
  public Host podB() {
    return worker.b().host();
  }

  @Override
  public InetAddress worker(boolean ipv6) {
    return worker.addresses().get(ipv6 ? 1 : 0);
  }

  @Override
  public Map<String, Long> counters() throws TestbedException {
    Map<String, Long> counters = new TreeMap<>();
    // The node tracks its own connections, too: their number says nothing of the trial's.
    Conntrack.read("node-conntrack", worker.network().pid()).forEach(counters::put);
    counters.putAll(
        NetDev.read("worker", worker.network().pid(), Map.of(Worker.UPLINK, ServiceRules.UPLINK)));
    counters.putAll(NetDev.read("client", outside.client().network().pid()));
    counters.putAll(
        NetDev.read(
            "router",
            outside.router().network().pid(),
            Map.of(PathContainers.INSIDE, ServiceRules.INSIDE)));
    counters.putAll(NetDev.read("pod-client", worker.client().network().pid()));
    counters.putAll(NetDev.read("pod-a", worker.a().network().pid()));
    counters.putAll(NetDev.read("pod-b", worker.b().network().pid()));
    counters.put(ServiceRules.SLICES_ASKED, services.slices());
    counters.put(ServiceRules.SLICES, api.slices(ServiceGenerator.NAMESPACE));
    return counters;
  }

  @Override
  public Map<String, Path> cgroups(boolean fromOutside) {
    Map<String, Path> cgroups = new LinkedHashMap<>();
    if (fromOutside) {
      cgroups.put("client", clientCgroup);
    } else {
      worker.client().cgroup().ifPresent(cgroup -> cgroups.put("client", cgroup));
    }
    worker.a().cgroup().ifPresent(cgroup -> cgroups.put("server", cgroup));
    worker.b().cgroup().ifPresent(cgroup -> cgroups.put("server b", cgroup));
    return cgroups;
  }

  @Override
  public void check() throws TestbedException {
    proxy.check();
  }

  @Override
  public void end(boolean fromOutside) {
    // Every command ends with the connection that it was started over.
  }
}
