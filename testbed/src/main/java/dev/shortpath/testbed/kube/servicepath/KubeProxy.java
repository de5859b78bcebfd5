package dev.shortpath.testbed.kube.servicepath;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.dataplane.Family;
import dev.shortpath.testbed.dataplane.KernelServices;
import dev.shortpath.testbed.dataplane.RunningDataPlane;
import dev.shortpath.testbed.dataplane.ServicePort;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A node's own kube-proxy. Services are changed in the API, for all nodes of the cluster; a change
 * is over when this node's kernel has it. Its time holds kube-proxy's waiting (a second at least
 * between two syncs), too. A few changes' time begins when the API is asked for them; that of many
 * is the time that this kube-proxy was at it, once the API had them.
 */
public final class KubeProxy implements RunningDataPlane {
  /** So many changed Services are looked for in the kernel one by one; more are counted. */
  private static final int LOOKED_AT = 20;

  /** Among more Services nft takes seconds to list one chain: it reads all sets before. */
  private static final int READABLE = 2000;

  private static final long PAUSE_MILLIS = 10;
  private static final long LONG_PAUSE_MILLIS = 100;
  private static final long LIMIT_NANOS = 60_000_000_000L;
  private static final long LIMIT_NANOS_EACH = 60_000_000L;

  private final String plane;
  private final String node;
  private final ProxyMetrics metrics;
  private final KernelServices kernel;
  private final KernelServices.FlowCounter flows;
  private final NodeServices services;
  private final Map<String, String> parts = new TreeMap<>();
  private final Optional<ProxyPause> pause;
  private Awaited awaited;

  /** What is to be in the kernel; whether that is looked at is another thing. */
  private record Awaited(
      Programmed programmed, List<ServicePort> changed, int size, boolean looked, long end) {}

  /**
   * A node's kube-proxy.
   *
   * @param plane name of the data plane that it is
   * @param at the node's kernel, which has the rules, and the kube-proxy itself
   * @param endpoints flows to these are counted; empty for all
   * @param services those of the cluster, which tell it of every change
   * @throws TestbedException when it runs in another mode
   */
  public KubeProxy(
      String plane, String node, NodeKernel at, List<InetAddress> endpoints, NodeServices services)
      throws TestbedException, InterruptedException {
    this.plane = plane;
    this.node = node;
    this.metrics = at.metrics();
    this.services = services;
    this.kernel = KernelServices.of(plane, node, at.tools());
    this.flows = KernelServices.flows(node, at.tools(), at.table(), endpoints);
    this.pause = at.pause();
    goOn(); // a killed run may have left it so
    check();
    parts.put(
        "data plane " + plane,
        "kube-proxy of node %s, mode %s%s"
            .formatted(
                node,
                mode(plane),
                pause.isPresent()
                    ? ", stands still while many Services are written in the API"
                    : ", writes rules while many Services are written in the API"));
    services.add(this);
  }

  /** kube-proxy's word for the mode. */
  public static String mode(String plane) {
    return plane.startsWith("iptables") ? "iptables" : "nftables";
  }

  String node() {
    return node;
  }

  /** What the kernel holds. */
  KernelServices kernel() {
    return kernel;
  }

  /** Whether a change is so large that it is counted, not looked at Service by Service. */
  static boolean many(List<ServicePort> changed) {
    return changed.size() > LOOKED_AT;
  }

  /** Lets it stand still until it is waited for, where that can be. */
  void stop() throws TestbedException, InterruptedException {
    if (pause.isPresent()) {
      pause.get().stop();
    }
  }

  /** Lets it write rules again. */
  void goOn() throws TestbedException, InterruptedException {
    if (pause.isPresent()) {
      pause.get().goOn();
    }
  }

  ProxyMetrics.Reading mark() throws TestbedException, InterruptedException {
    return metrics.read();
  }

  /**
   * A change was made in the API.
   *
   * @param mark read before it
   * @param writtenServices Services that were written
   * @param writtenSlices EndpointSlices that were written
   * @param changed Services that differ, as they are to be; without endpoints where they went
   * @param looked whether the kernel is asked, which takes seconds among ten thousand; else
   *     kube-proxy's word is enough
   */
  void expect(
      ProxyMetrics.Reading mark,
      long writtenServices,
      long writtenSlices,
      List<ServicePort> changed,
      int size,
      boolean looked) {
    long limit = LIMIT_NANOS + LIMIT_NANOS_EACH * changed.size();
    awaited =
        new Awaited(
            new Programmed(
                mark,
                Math.max(1, mark.families().size()) * writtenServices,
                writtenSlices,
                seconds()),
            changed,
            size,
            looked,
            System.nanoTime() + limit);
  }

  /**
   * Waits until the kernel has what is expected; returns at once when nothing is.
   *
   * @throws TestbedException when it takes too long
   */
  void await() throws TestbedException, InterruptedException {
    if (awaited == null) {
      return;
    }
    goOn();
    boolean few = !many(awaited.changed());
    while (!heard() || awaited.looked() && !held(few)) {
      if (System.nanoTime() > awaited.end()) {
        int changes = awaited.changed().size();
        awaited = null;
        throw new TestbedException(
            "kube-proxy of node %s has not programmed %d changes of Services: the kernel holds %d of %d"
                .formatted(node, changes, counted(), services.now().size()));
      }
      Thread.sleep(few ? PAUSE_MILLIS : LONG_PAUSE_MILLIS);
    }
    awaited = null;
  }

  private boolean heard() throws TestbedException, InterruptedException {
    return awaited.programmed().by(metrics.read(), seconds());
  }

  private static double seconds() {
    return System.currentTimeMillis() / 1000.0;
  }

  private boolean held(boolean few) throws TestbedException, InterruptedException {
    if (!few) {
      return counted() == awaited.size();
    }
    for (Family family : services.families()) {
      Set<String> led = new HashSet<>(kernel.endpointIps(family));
      for (ServicePort service : awaited.changed()) {
        if (family.clusterIp(service) == null) {
          continue;
        }
        boolean leads = led.contains(KernelServices.key(service, family));
        boolean wanted = !service.endpoints().isEmpty();
        if (leads != wanted) {
          return false;
        }
        if (wanted && awaited.size() <= READABLE && !kernel.leads(service, family)) {
          return false;
        }
      }
    }
    return true;
  }

  @Override
  public void beforeLoad() throws TestbedException, InterruptedException {
    services.clear();
  }

  @Override
  public void load(List<ServicePort> wanted) throws TestbedException, InterruptedException {
    services.change(wanted, this, false);
  }

  @Override
  public Duration timedLoad(List<ServicePort> wanted)
      throws TestbedException, InterruptedException {
    return services.change(wanted, this, true);
  }

  @Override
  public void update(List<ServicePort> wanted) throws TestbedException, InterruptedException {
    services.change(wanted, this, false);
  }

  @Override
  public List<String> compile(List<ServicePort> wanted) throws TestbedException {
    throw new TestbedException("kube-proxy does not show what it hands to the kernel's tool");
  }

  @Override
  public int counted() throws TestbedException, InterruptedException {
    int least = Integer.MAX_VALUE;
    for (Family family : services.families()) {
      least = Math.min(least, counted(family));
    }
    return least;
  }

  private int counted(Family family) throws TestbedException, InterruptedException {
    long clusterIps =
        kernel.clusterIps(family).stream().filter(key -> !services.foreign(key)).count();
    long wanted = services.now().stream().filter(service -> service.nodePort() != 0).count();
    long nodePorts =
        kernel.nodePorts(family).stream().distinct().filter(key -> !services.foreign(key)).count();
    return (int) Math.max(0, clusterIps - Math.max(0, wanted - nodePorts));
  }

  @Override
  public Map<String, Long> counters() throws TestbedException, InterruptedException {
    Map<String, Long> counters = new TreeMap<>(flows.read());
    ProxyMetrics.Reading reading = metrics.read();
    counters.put("syncs", reading.syncs());
    counters.put("syncs-ms", Math.round(1000 * reading.seconds()));
    return counters;
  }

  @Override
  public Map<String, Long> memory() {
    return Map.of();
  }

  @Override
  public Map<String, String> parts() {
    return parts;
  }

  @Override
  public Map<String, Path> cgroups() {
    return Map.of();
  }

  /** Its mode is asked of itself. */
  private void check(String mode) throws TestbedException {
    if (!mode.equals(mode(plane))) {
      throw new TestbedException(
          "kube-proxy of node " + node + " runs in mode " + mode + ", not " + mode(plane));
    }
  }

  @Override
  public void check() throws TestbedException {
    try {
      check(metrics.mode());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    // It goes with its node.
  }
}
