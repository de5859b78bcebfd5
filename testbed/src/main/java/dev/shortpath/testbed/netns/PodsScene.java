package dev.shortpath.testbed.netns;

import dev.shortpath.harness.testbed.Attestation;
import dev.shortpath.harness.testbed.Host;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.Traffic;
import dev.shortpath.testbed.idle.Idling;
import dev.shortpath.testbed.mesh.RunningMesh;
import dev.shortpath.testbed.path.NetDev;
import dev.shortpath.testbed.path.PathRules;
import dev.shortpath.testbed.place.Node;
import dev.shortpath.testbed.place.Pair;
import dev.shortpath.testbed.place.Pod;
import dev.shortpath.testbed.remote.Together;
import dev.shortpath.testbed.shortcut.Attached;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/** A treatment of topology {@code pods} in force. */
final class PodsScene implements Scene {
  /** How often counters are read anew while a proxy has not yet seen the end of a connection. */
  private static final int SETTLE_READS = 8;

  private static final long SETTLE_MILLIS = 4;

  private final PodsParts parts;
  private final PodsTreatment treatment;
  private final Pair pair;
  private final RunningMesh mesh;
  private final Attached attached;
  private final Idling idling;

  PodsScene(PodsParts parts, PodsTreatment treatment, Pair pair, Attached attached, Idling idling) {
    this.parts = parts;
    this.treatment = treatment;
    this.pair = pair;
    this.mesh = parts.mesh(treatment);
    this.attached = attached;
    this.idling = idling;
  }

  @Override
  public Host client() {
    return host("client", pair.client());
  }

  @Override
  public Host server() {
    return host("server", pair.server());
  }

  private Host host(String name, Pod pod) {
    return new Host(name, pod.ipv4(), pod.ipv6(), parts.site().app(pod));
  }

  @Override
  public InetSocketAddress listen() {
    return new InetSocketAddress(
        treatment.ipv6() ? pair.server().ipv6() : pair.server().ipv4(), PodsParts.PORT);
  }

  @Override
  public InetSocketAddress target() {
    return listen();
  }

  @Override
  public Map<String, Long> counters() throws TestbedException, InterruptedException {
    parts.check();
    attached.check();
    settle();
    List<Callable<Map<String, Long>>> readers = new ArrayList<>();
    readers.addAll(attached.counters());
    readers.addAll(mesh.ruleCounters(pair));
    parts.meshes().values().forEach(running -> readers.addAll(running.proxyCounters()));
    readers.add(this::interfaces);
    readers.add(idling::counters);
    return merge(Together.all(readers));
  }

  /** Waits, a short while, until the proxies have noticed that connections ended. */
  private void settle() throws TestbedException, InterruptedException {
    for (int i = 0; i < SETTLE_READS; i++) {
      Map<String, Long> proxies = merge(Together.all(mesh.proxyCounters()));
      if (proxies.entrySet().stream()
          .noneMatch(c -> c.getKey().endsWith(".active") && c.getValue() > 0)) {
        return;
      }
      Thread.sleep(SETTLE_MILLIS);
    }
  }

  private static Map<String, Long> merge(List<Map<String, Long>> all) {
    Map<String, Long> merged = new TreeMap<>();
    all.forEach(merged::putAll);
    return merged;
  }

  private Map<String, Long> interfaces() throws TestbedException {
    Map<String, Long> counters = new TreeMap<>();
    for (Pod pod : List.of(pair.client(), pair.server())) {
      counters.putAll(NetDev.read(pod.name(), parts.pauses().pid(pod.name())));
    }
    for (Node node : parts.nodes(pair)) {
      counters.putAll(NetDev.read(node.name(), parts.pauses().pid(node.name())));
    }
    return counters;
  }

  @Override
  public Attestation attest(Map<String, Long> before, Map<String, Long> after, Traffic traffic) {
    Attestation path =
        PathRules.judge(
            mesh.route(pair),
            treatment.shortcut().redirects(),
            treatment.ipv6(),
            before,
            after,
            traffic);
    return idling.attest(path, before, after);
  }

  @Override
  public Map<String, Path> cgroups() {
    Map<String, Path> cgroups = new LinkedHashMap<>();
    cgroups.put("client", pair.client().appCgroup());
    cgroups.put("server", pair.server().appCgroup());
    cgroups.putAll(mesh.cgroups(pair));
    cgroups.putAll(attached.cgroups());
    return cgroups;
  }

  @Override
  public void close() {
    attached.close();
    idling.close();
    Cgroups.kill(pair.client().appCgroup());
    Cgroups.kill(pair.server().appCgroup());
  }
}
