package dev.shortpath.testbed.kube;

import dev.shortpath.harness.testbed.Attestation;
import dev.shortpath.harness.testbed.Host;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.Traffic;
import dev.shortpath.testbed.idle.Idling;
import dev.shortpath.testbed.path.PathRules;
import dev.shortpath.testbed.remote.Together;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/** A treatment in force on the cluster. */
final class PodsScene implements Scene {
  /** Where the workload's server listens, as on network namespaces. */
  static final int PORT = 17000;

  private final PodsTreatment treatment;
  private final PodPair pair;
  private final List<NodeAgent> agents;
  private final Idling idling;
  private final Runnable end;

  /**
   * A scene.
   *
   * @param agents of the nodes; none where the shortcut is off
   * @param end takes the agents away
   */
  PodsScene(
      PodsTreatment treatment, PodPair pair, List<NodeAgent> agents, Idling idling, Runnable end) {
    this.treatment = treatment;
    this.pair = pair;
    this.agents = List.copyOf(agents);
    this.idling = idling;
    this.end = end;
  }

  @Override
  public Host client() {
    return pair.client().host();
  }

  @Override
  public Host server() {
    return pair.server().host();
  }

  @Override
  public InetSocketAddress listen() {
    return new InetSocketAddress(treatment.ipv6() ? server().ipv6() : server().ipv4(), PORT);
  }

  @Override
  public InetSocketAddress target() {
    return listen();
  }

  @Override
  public Map<String, Long> counters() throws TestbedException, InterruptedException {
    List<Callable<Map<String, Long>>> readers = new ArrayList<>();
    readers.add(pair.client()::interfaces);
    readers.add(pair.server()::interfaces);
    readers.add(idling::counters);
    agents.forEach(agent -> readers.add(agent::counters));
    Map<String, Long> merged = new TreeMap<>();
    Together.all(readers).forEach(merged::putAll);
    return merged;
  }

  @Override
  public Attestation attest(Map<String, Long> before, Map<String, Long> after, Traffic traffic) {
    Attestation path =
        PathRules.judge(
            pair.route(PORT),
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
    pair.client().cgroup().ifPresent(cgroup -> cgroups.put("client", cgroup));
    pair.server().cgroup().ifPresent(cgroup -> cgroups.put("server", cgroup));
    agents.forEach(
        agent -> agent.cgroup().ifPresent(c -> cgroups.put("agent " + agent.node().name(), c)));
    return cgroups;
  }

  @Override
  public boolean onThisMachine() {
    return pair.client().cgroup().isPresent();
  }

  @Override
  public void close() {
    end.run();
    idling.close();
  }
}
