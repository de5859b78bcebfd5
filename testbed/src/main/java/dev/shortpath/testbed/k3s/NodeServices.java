package dev.shortpath.testbed.k3s;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.dataplane.Family;
import dev.shortpath.testbed.dataplane.ServicePort;
import dev.shortpath.testbed.kube.ClusterServices;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The Services of the cluster, which the kube-proxies of all nodes have. */
final class NodeServices {
  private final ClusterServices api;
  private final List<String> namespaces;
  private final List<String> foreign;
  private final List<KubeProxy> proxies = new ArrayList<>();
  private List<ServicePort> now = List.of();
  private long slices;

  /**
   * Of a cluster that has none yet.
   *
   * @param namespaces that they are in, and nobody else's
   * @param foreign ClusterIPs that are Kubernetes' own
   */
  NodeServices(ClusterServices api, List<String> namespaces, List<String> foreign) {
    this.api = api;
    this.namespaces = List.copyOf(namespaces);
    this.foreign = List.copyOf(foreign);
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

  /** Whether an {@code address protocol port} of the kernel's is none of ours. */
  boolean foreign(String key) {
    return foreign.contains(key.substring(0, key.indexOf(' ')));
  }

  /** Makes {@code wanted} all that there are; waits until one node's kernel has them. */
  void change(List<ServicePort> wanted, KubeProxy first)
      throws TestbedException, InterruptedException {
    settle();
    Map<KubeProxy, ProxyMetrics.Reading> marks = new HashMap<>();
    for (KubeProxy proxy : proxies) {
      marks.put(proxy, proxy.mark());
    }
    List<ServicePort> before = now;
    List<ServicePort> changed = changed(before, wanted);
    ClusterServices.Written written = api.change(before, wanted);
    now = List.copyOf(wanted);
    slices = now.stream().mapToLong(NodeServices::slicesOf).sum();
    for (KubeProxy proxy : proxies) {
      proxy.expect(marks.get(proxy), written.services(), written.slices(), changed, now.size());
    }
    first.await();
  }

  /** Removes all that there are, whatever was known of them; waits until no kernel has any. */
  void clear() throws TestbedException, InterruptedException {
    List<ServicePort> before = now;
    now = List.of();
    slices = 0;
    Map<KubeProxy, ProxyMetrics.Reading> marks = new HashMap<>();
    for (KubeProxy proxy : proxies) {
      marks.put(proxy, proxy.mark());
    }
    for (String namespace : namespaces) {
      api.clear(namespace);
    }
    List<ServicePort> gone = before.stream().map(service -> service.with(List.of())).toList();
    for (KubeProxy proxy : proxies) {
      proxy.expect(marks.get(proxy), 0, 0, gone, 0);
    }
    settle();
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
