package dev.shortpath.testbed.netns;

import dev.shortpath.harness.testbed.Host;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.path.NetDev;
import dev.shortpath.testbed.place.ExternalHost;
import dev.shortpath.testbed.place.Pod;
import dev.shortpath.testbed.servicepath.Conntrack;
import dev.shortpath.testbed.servicepath.ServicePathPlaces;
import dev.shortpath.testbed.servicepath.ServiceRules;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The places of topology {@code service-path} as network namespaces.
 *
 * @param parts what stands
 * @param worker whose pods they are
 */
record NamespacePlaces(ServicePathParts parts, Worker worker) implements ServicePathPlaces {
  @Override
  public Host client() {
    ExternalHost outside = parts.layout().client();
    return new Host("client", outside.ipv4(), outside.ipv6(), parts.site().app(outside));
  }

  @Override
  public Host podClient() {
    return host("pod-client", worker.client());
  }

  @Override
  public Host podA() {
    return host("pod-a", worker.a());
  }

  @Override
  public Host podB() {
    return host("pod-b", worker.b());
  }

  private Host host(String name, Pod pod) {
    return new Host(name, pod.ipv4(), pod.ipv6(), parts.site().app(pod));
  }

  @Override
  public InetAddress worker(boolean ipv6) {
    return ipv6 ? worker.ipv6() : worker.ipv4();
  }

  @Override
  public Map<String, Long> counters() throws TestbedException {
    Pauses pauses = parts.pauses();
    Map<String, Long> counters = new TreeMap<>();
    counters.putAll(Conntrack.read("conntrack", pauses.pid(worker.node().name())));
    counters.putAll(NetDev.read("client", pauses.pid(parts.layout().client().name())));
    counters.putAll(
        NetDev.read(
            "router",
            pauses.pid(parts.layout().router().name()),
            Map.of(ServicePathLayout.link(worker), ServiceRules.INSIDE)));
    counters.putAll(NetDev.read("worker", pauses.pid(worker.node().name())));
    counters.putAll(NetDev.read("pod-client", pauses.pid(worker.client().name())));
    counters.putAll(NetDev.read("pod-a", pauses.pid(worker.a().name())));
    counters.putAll(NetDev.read("pod-b", pauses.pid(worker.b().name())));
    return counters;
  }

  @Override
  public Map<String, Path> cgroups(boolean fromOutside) {
    Map<String, Path> cgroups = new LinkedHashMap<>();
    cgroups.put("client", clientCgroup(fromOutside));
    cgroups.put("server", worker.a().appCgroup());
    cgroups.put("server b", worker.b().appCgroup());
    return cgroups;
  }

  private Path clientCgroup(boolean fromOutside) {
    return fromOutside ? parts.layout().client().appCgroup() : worker.client().appCgroup();
  }

  @Override
  public void check() throws TestbedException {
    parts.check();
  }

  @Override
  public void end(boolean fromOutside) {
    Cgroups.kill(clientCgroup(fromOutside));
    Cgroups.kill(worker.a().appCgroup());
    Cgroups.kill(worker.b().appCgroup());
  }
}
