package dev.shortpath.testbed.kube.servicepath;

import dev.shortpath.harness.testbed.Host;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.kube.ClusterServices;
import dev.shortpath.testbed.path.InterfaceCounters;
import dev.shortpath.testbed.servicepath.Conntrack;
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
 * @param outside the client and what is between
 * @param worker whose pods they are
 * @param proxy its kube-proxy
 * @param api where the Services are
 * @param services the cluster's
 * @param namespace that they are in
 * @param others Services of others when the testbed was set up
 */
record WorkerPlaces(
    Outside outside,
    Worker worker,
    KubeProxy proxy,
    ClusterServices api,
    NodeServices services,
    String namespace,
    long others)
    implements ServicePathPlaces {
  @Override
  public Host client() {
    return outside.client();
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
  public boolean routed() {
    return outside.routed();
  }

  @Override
  public InetAddress worker(boolean ipv6) {
    return worker.address(ipv6);
  }

  @Override
  public Map<String, Long> counters() throws TestbedException, InterruptedException {
    Map<String, Long> counters = new TreeMap<>();
    // The node tracks its own connections, too: their number says nothing of the trial's.
    worker
        .kernel()
        .proc()
        .find("stat/nf_conntrack")
        .ifPresent(text -> counters.putAll(Conntrack.parse("node-conntrack", text)));
    counters.putAll(
        InterfaceCounters.parse(
            "net.worker",
            worker.kernel().proc().read("dev"),
            Map.of(worker.uplink(), ServiceRules.UPLINK)));
    counters.putAll(outside.counters());
    counters.putAll(pod("pod-client", worker.client()));
    counters.putAll(pod("pod-a", worker.a()));
    counters.putAll(pod("pod-b", worker.b()));
    counters.put(ServiceRules.SLICES_ASKED, services.slices());
    counters.put(ServiceRules.SLICES, api.slices(namespace));
    counters.put(ServiceRules.OTHERS_FIRST, others);
    counters.put(ServiceRules.OTHERS, api.others(namespace));
    return counters;
  }

  private static Map<String, Long> pod(String place, WorkerPod pod)
      throws TestbedException, InterruptedException {
    return InterfaceCounters.parse("net." + place, pod.proc().read("dev"));
  }

  @Override
  public Map<String, Path> cgroups(boolean fromOutside) {
    Map<String, Path> cgroups = new LinkedHashMap<>();
    (fromOutside ? outside.cgroup() : worker.client().cgroup())
        .ifPresent(cgroup -> cgroups.put("client", cgroup));
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
