package dev.shortpath.testbed.servicepath;

import dev.shortpath.harness.testbed.Action;
import dev.shortpath.harness.testbed.Attestation;
import dev.shortpath.harness.testbed.Host;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.Traffic;
import dev.shortpath.testbed.idle.Idling;
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
public final class ServicePathScene implements Scene {
  private final ServicePathTreatment treatment;
  private final ServicePathPlaces places;
  private final WorkerServices running;
  private final ServiceGenerator generator;
  private final List<Integer> targets;
  private final ServiceActions actions;
  private final Idling idling;
  private boolean begun;

  /**
   * A scene.
   *
   * @param running has the Services that {@code inA} generates
   * @param inA generates Services with endpoints in pod a
   * @param inB generates them with endpoints in pod b
   * @param targets numbers of the Services to be visited
   * @param idling in force, and closed with the scene
   */
  public ServicePathScene(
      ServicePathTreatment treatment,
      ServicePathPlaces places,
      WorkerServices running,
      ServiceGenerator inA,
      ServiceGenerator inB,
      List<Integer> targets,
      Idling idling) {
    this.treatment = treatment;
    this.places = places;
    this.running = running;
    this.generator = inA;
    this.targets = List.copyOf(targets);
    this.actions = new ServiceActions(running, inA, inB, targets);
    this.idling = idling;
  }

  @Override
  public Host client() {
    return treatment.nodePort() ? places.client() : places.podClient();
  }

  @Override
  public Host server() {
    return places.podA();
  }

  @Override
  public List<Host> servers() {
    return List.of(places.podA(), places.podB());
  }

  @Override
  public InetSocketAddress listen() {
    InetAddress own = own(places.podA());
    return new InetSocketAddress(
        generator.backends().size() == 1 ? own : any(), generator.port(targets.get(0)));
  }

  private InetAddress own(Host host) {
    return treatment.ipv6() ? host.ipv6() : host.ipv4();
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
      return own(places.podA());
    }
    if (treatment.nodePort()) {
      return places.worker(treatment.ipv6());
    }
    return generator.addresses().clusterIp(service, treatment.ipv6());
  }

  @Override
  public String protocol() {
    return treatment.protocol().lower();
  }

  @Override
  public Map<String, Action> actions() {
    return treatment.serviced() ? actions.actions() : Map.of();
  }

  /**
   * The first time, Services as they were counted after the trial before, where they are the same.
   */
  @Override
  public Map<String, Long> counters() throws TestbedException, InterruptedException {
    places.check();
    Map<String, Long> counters = new TreeMap<>(places.counters());
    running.plane().counters().forEach((name, value) -> counters.put("dp." + name, value));
    counters.put(ServiceRules.ASKED, (long) running.services().size());
    counters.put(ServiceRules.COUNTED, (long) (begun ? running.count() : running.counted()));
    begun = true;
    counters.put("services.target", (long) targets.get(0));
    counters.putAll(idling.counters());
    return counters;
  }

  @Override
  public Map<String, Long> memory() throws TestbedException, InterruptedException {
    return running.plane().memory();
  }

  @Override
  public Attestation attest(Map<String, Long> before, Map<String, Long> after, Traffic traffic) {
    return idling.attest(
        ServiceRules.judge(treatment, places.routed(), before, after, traffic), before, after);
  }

  @Override
  public Map<String, Path> cgroups() {
    Map<String, Path> cgroups = new LinkedHashMap<>(places.cgroups(treatment.nodePort()));
    cgroups.putAll(running.plane().cgroups());
    return cgroups;
  }

  /** Where nothing that the workload runs is here, the worker's kernel is another, too. */
  @Override
  public boolean onThisMachine() {
    return !places.cgroups(treatment.nodePort()).isEmpty();
  }

  @Override
  public void close() {
    idling.close();
    places.end(treatment.nodePort());
    try {
      actions.undo();
    } catch (TestbedException e) {
      // The worker knows that its Services are unknown, and loads them anew for the next scene.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
