package dev.shortpath.testbed.netns;

import dev.shortpath.harness.testbed.Action;
import dev.shortpath.harness.testbed.Attestation;
import dev.shortpath.harness.testbed.Host;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.Traffic;
import dev.shortpath.testbed.place.ExternalHost;
import dev.shortpath.testbed.place.Pod;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A treatment of topology {@code service-path} in force.
 *
 * <p>The client is the external host (access {@code node-port}) or the worker's client pod ({@code
 * cluster-ip}). A server for a target listens at the target's port, because port, target port and
 * node port are the same; with more than one endpoint it listens at every address of its pod.
 */
final class ServicePathScene implements Scene {
  private final ServicePathParts parts;
  private final ServicePathTreatment treatment;
  private final RunningWorker running;
  private final Worker worker;
  private final ServiceGenerator generator;
  private final List<Integer> targets;
  private final ServiceChanges changes;

  /**
   * A scene.
   *
   * @param generator of the Services that are in force
   * @param targets numbers of the Services to be visited
   */
  ServicePathScene(
      ServicePathParts parts,
      ServicePathTreatment treatment,
      RunningWorker running,
      ServiceGenerator generator,
      List<Integer> targets) {
    this.parts = parts;
    this.treatment = treatment;
    this.running = running;
    this.worker = running.worker();
    this.generator = generator;
    this.targets = targets;
    this.changes =
        new ServiceChanges(
            running,
            generator,
            running.generator(treatment, parts.parameters(), worker.b()),
            targets);
  }

  @Override
  public Host client() {
    ExternalHost outside = parts.layout().client();
    return treatment.nodePort()
        ? new Host("client", outside.ipv4(), outside.ipv6(), parts.site().app(outside))
        : host("pod-client", worker.client());
  }

  @Override
  public Host server() {
    return host("pod-a", worker.a());
  }

  @Override
  public List<Host> servers() {
    return List.of(server(), host("pod-b", worker.b()));
  }

  private Host host(String name, Pod pod) {
    return new Host(name, pod.ipv4(), pod.ipv6(), parts.site().app(pod));
  }

  @Override
  public InetSocketAddress listen() {
    InetAddress own = of(worker.a().ipv4(), worker.a().ipv6());
    return new InetSocketAddress(
        parts.parameters().endpoints() == 1 ? own : any(), generator.port(targets.get(0)));
  }

  private InetAddress of(InetAddress ipv4, InetAddress ipv6) {
    return treatment.ipv6() ? ipv6 : ipv4;
  }

  private InetAddress any() {
    try {
      return treatment.ipv6()
          ? Inet6Address.getByAddress(new byte[16])
          : Inet4Address.getByAddress(new byte[4]);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public InetSocketAddress target() {
    return target(targets.get(0));
  }

  @Override
  public List<InetSocketAddress> targets() {
    return targets.stream().map(this::target).distinct().toList();
  }

  private InetSocketAddress target(int service) {
    return new InetSocketAddress(address(service), generator.port(service));
  }

  private InetAddress address(int service) {
    if (!treatment.serviced()) {
      return of(worker.a().ipv4(), worker.a().ipv6());
    }
    return treatment.nodePort()
        ? of(worker.ipv4(), worker.ipv6())
        : of(ServicePathAddresses.clusterIp4(service), ServicePathAddresses.clusterIp6(service));
  }

  @Override
  public String protocol() {
    return treatment.protocol().lower();
  }

  @Override
  public Map<String, Action> actions() {
    return treatment.serviced() ? changes.actions() : Map.of();
  }

  @Override
  public Map<String, Long> counters() throws TestbedException, InterruptedException {
    parts.check();
    Map<String, Long> counters = new TreeMap<>();
    running.plane().counters().forEach((name, value) -> counters.put("dp." + name, value));
    counters.put(ServiceRules.ASKED, (long) running.services().size());
    counters.put(ServiceRules.COUNTED, (long) running.plane().counted());
    counters.put("services.target", (long) targets.get(0));
    Pauses pauses = parts.pauses();
    counters.putAll(Conntrack.read("conntrack", pauses.pid(worker.node().name())));
    counters.putAll(NetDev.read("client", pauses.pid(parts.layout().client().name())));
    counters.putAll(NetDev.read("router", pauses.pid(parts.layout().router().name())));
    counters.putAll(NetDev.read("worker", pauses.pid(worker.node().name())));
    counters.putAll(NetDev.read("pod-client", pauses.pid(worker.client().name())));
    counters.putAll(NetDev.read("pod-a", pauses.pid(worker.a().name())));
    counters.putAll(NetDev.read("pod-b", pauses.pid(worker.b().name())));
    return counters;
  }

  @Override
  public Map<String, Long> memory() throws TestbedException, InterruptedException {
    return running.plane().memory();
  }

  @Override
  public Attestation attest(Map<String, Long> before, Map<String, Long> after, Traffic traffic) {
    return ServiceRules.judge(treatment, before, after, traffic);
  }

  @Override
  public Map<String, Path> cgroups() {
    Map<String, Path> cgroups = new LinkedHashMap<>();
    cgroups.put("client", clientCgroup());
    cgroups.put("server", worker.a().appCgroup());
    cgroups.put("server b", worker.b().appCgroup());
    cgroups.putAll(running.plane().cgroups());
    return cgroups;
  }

  private Path clientCgroup() {
    return treatment.nodePort() ? parts.layout().client().appCgroup() : worker.client().appCgroup();
  }

  @Override
  public void close() {
    Cgroups.kill(clientCgroup());
    Cgroups.kill(worker.a().appCgroup());
    Cgroups.kill(worker.b().appCgroup());
    try {
      changes.undo();
    } catch (TestbedException e) {
      // The worker knows that its Services are unknown, and loads them anew for the next scene.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
