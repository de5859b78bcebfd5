package dev.shortpath.testbed.kube.servicepath;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.dataplane.Family;
import dev.shortpath.testbed.dataplane.KernelServices;
import dev.shortpath.testbed.dataplane.ServicePort;
import dev.shortpath.testbed.kube.ClusterServices;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The Services of the cluster, which the kube-proxies of all nodes have. */
public final class NodeServices {
  /**
   * So many changes are made at once: of 1,000, 2,000, 4,000 and 10,000 these brought 10,000
   * Services soonest, and took them away nearly so.
   */
  static final int STEP = 4000;

  private final ClusterServices api;
  private final List<String> namespaces;

  /** ClusterIPs and NodePorts that were ever ours, as {@link KernelServices}' lists have them. */
  private final Set<String> own = new HashSet<>();

  private Set<Family> families = EnumSet.allOf(Family.class);
  private final List<KubeProxy> proxies = new ArrayList<>();
  private List<ServicePort> now = List.of();
  private long slices;

  /**
   * Of a cluster that has none yet.
   *
   * @param namespaces that they are in, and nobody else's
   */
  public NodeServices(ClusterServices api, List<String> namespaces) {
    this.api = api;
    this.namespaces = List.copyOf(namespaces);
  }

  void add(KubeProxy proxy) {
    proxies.add(proxy);
  }

  /** As they were last asked for. */
  List<ServicePort> now() {
    return now;
  }

  /** EndpointSlices that they have. */
  long slices() {
    return slices;
  }

  /** Whether the kernel has it for somebody else. */
  boolean foreign(String key) {
    return !own.contains(key);
  }

  /** The families that they have ClusterIPs of. */
  Set<Family> families() {
    return families;
  }

  private void note(List<ServicePort> wanted) {
    for (ServicePort service : wanted) {
      for (Family family : Family.values()) {
        if (family.clusterIp(service) != null) {
          own.add(KernelServices.key(service, family));
        }
      }
      if (service.nodePort() != 0) {
        own.add(service.protocol().lower() + " " + service.nodePort());
      }
    }
    if (!wanted.isEmpty()) {
      families = EnumSet.allOf(Family.class);
      families.removeIf(family -> family.clusterIp(wanted.get(0)) == null);
    }
  }

  /**
   * Makes {@code wanted} all that there are; waits until one node's kernel has them. Many changes
   * are made in steps, because what a kube-proxy's tools take for a change grows faster than it. No
   * kube-proxy writes rules while the API takes many, and all have written before the next step.
   *
   * @param alone whether the other nodes' kube-proxies stand still meanwhile, so that they do not
   *     take the processors from the one whose time is of interest
   * @return how long that node was at it; of a few changes, since the API was asked for them
   */
  Duration change(List<ServicePort> wanted, KubeProxy first, boolean alone)
      throws TestbedException, InterruptedException {
    Duration own = Duration.ZERO;
    List<ServicePort> step;
    do {
      settle();
      step = step(now, wanted);
      long start = System.nanoTime();
      boolean many = write(step, step.equals(wanted));
      if (many) {
        if (!alone) {
          goOn();
        }
        start = System.nanoTime();
      }
      first.await();
      own = own.plusNanos(System.nanoTime() - start);
    } while (!step.equals(wanted));
    return own;
  }

  /** All of {@code wanted}, or {@code before} so much nearer to it as a step may be. */
  static List<ServicePort> step(List<ServicePort> before, List<ServicePort> wanted) {
    Map<String, ServicePort> goal = new LinkedHashMap<>();
    wanted.forEach(service -> goal.put(key(service), service));
    Map<String, ServicePort> step = new LinkedHashMap<>();
    before.forEach(service -> step.put(key(service), service));
    int left = STEP;
    // What goes first gives its addresses and ports free.
    Iterator<String> leaving = step.keySet().iterator();
    while (left > 0 && leaving.hasNext()) {
      if (!goal.containsKey(leaving.next())) {
        leaving.remove();
        left--;
      }
    }
    for (Map.Entry<String, ServicePort> service : goal.entrySet()) {
      if (left == 0) {
        return List.copyOf(step.values());
      }
      if (!service.getValue().equals(step.put(service.getKey(), service.getValue()))) {
        left--;
      }
    }
    return wanted;
  }

  /** Whether they were many. */
  private boolean write(List<ServicePort> wanted, boolean last)
      throws TestbedException, InterruptedException {
    List<ServicePort> before = now;
    List<ServicePort> changed = changed(before, wanted);
    note(wanted);
    write(
        changed,
        last,
        () -> {
          ClusterServices.Written written = api.change(before, wanted);
          now = List.copyOf(wanted);
          slices = now.stream().mapToLong(NodeServices::slicesOf).sum();
          return written;
        });
    return KubeProxy.many(changed);
  }

  /** Removes all that there are, whatever was known of them; waits until no kernel has any. */
  void clear() throws TestbedException, InterruptedException {
    List<ServicePort> gone = now.stream().map(service -> service.with(List.of())).toList();
    now = List.of();
    slices = 0;
    write(
        gone,
        true,
        () -> {
          for (String namespace : namespaces) {
            api.clear(namespace);
          }
          return new ClusterServices.Written(0, 0);
        });
    settle();
  }

  private interface Writing {
    ClusterServices.Written write() throws TestbedException, InterruptedException;
  }

  private void write(List<ServicePort> changed, boolean looked, Writing writing)
      throws TestbedException, InterruptedException {
    boolean many = KubeProxy.many(changed);
    Map<KubeProxy, ProxyMetrics.Reading> marks = new HashMap<>();
    boolean written = false;
    try {
      for (KubeProxy proxy : proxies) {
        marks.put(proxy, proxy.mark());
        if (many) {
          proxy.stop();
        }
      }
      ClusterServices.Written objects = writing.write();
      for (KubeProxy proxy : proxies) {
        proxy.expect(
            marks.get(proxy), objects.services(), objects.slices(), changed, now.size(), looked);
      }
      written = true;
    } finally {
      if (!written) {
        goOn();
      }
    }
  }

  private void goOn() throws TestbedException, InterruptedException {
    for (KubeProxy proxy : proxies) {
      proxy.goOn();
    }
  }

  /** Waits until the kernels of all nodes have what was changed. */
  void settle() throws TestbedException, InterruptedException {
    for (KubeProxy proxy : proxies) {
      proxy.await();
    }
  }

  /** Those that differ, as they are to be in the kernel. */
  private static List<ServicePort> changed(List<ServicePort> before, List<ServicePort> wanted) {
    Map<String, ServicePort> old = new HashMap<>();
    before.forEach(service -> old.put(key(service), service));
    List<ServicePort> changed = new ArrayList<>();
    for (ServicePort service : wanted) {
      if (!service.equals(old.remove(key(service)))) {
        changed.add(service);
      }
    }
    old.values().forEach(service -> changed.add(service.with(List.of())));
    return changed;
  }

  private static String key(ServicePort service) {
    return service.id() + " " + service.protocol();
  }

  private static long slicesOf(ServicePort service) {
    long families = 0;
    for (Family family : Family.values()) {
      families += service.endpoints().stream().anyMatch(e -> family.address(e) != null) ? 1 : 0;
    }
    return families;
  }
}
