package dev.shortpath.testbed.kube.servicepath;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.harness.testbed.UnusableException;
import dev.shortpath.testbed.dataplane.ServicePort;
import dev.shortpath.testbed.kube.ApiServer;
import dev.shortpath.testbed.kube.Cluster;
import dev.shortpath.testbed.kube.ClusterServices;
import dev.shortpath.testbed.kube.Node;
import dev.shortpath.testbed.kube.PodManifests;
import dev.shortpath.testbed.kube.Pods;
import dev.shortpath.testbed.kube.RunNamespace;
import dev.shortpath.testbed.kube.Standing;
import dev.shortpath.testbed.path.Literal;
import dev.shortpath.testbed.path.Routes;
import dev.shortpath.testbed.servicepath.HeldPorts;
import dev.shortpath.testbed.servicepath.ServiceAddresses;
import dev.shortpath.testbed.servicepath.ServiceGenerator;
import dev.shortpath.testbed.servicepath.ServicePathParameters;
import dev.shortpath.testbed.servicepath.ServicePathScene;
import dev.shortpath.testbed.servicepath.ServicePathTreatment;
import dev.shortpath.testbed.servicepath.WorkerServices;
import dev.shortpath.testbed.tool.Digest;
import dev.shortpath.testbed.tool.Tools;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.Pod;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What stands of topology {@code service-path} on a cluster. */
final class StandingServicePath implements Standing {
  private static final List<String> ROLES = List.of("client", "a", "b");

  private final Cluster cluster;
  private final Surroundings surroundings;
  private final ServicePathParameters parameters;
  private final boolean ipv4;
  private final boolean ipv6;
  private final Pods pods;
  private final ClusterServices api;
  private final NodeServices services;
  private final Map<String, Worker> workers = new LinkedHashMap<>();
  private final Map<String, KubeProxy> proxies = new LinkedHashMap<>();
  private final Map<String, WorkerServices> running = new LinkedHashMap<>();
  private final Map<InetAddress, String> nodeOf = new HashMap<>();
  private final Map<String, String> parts = new TreeMap<>();
  private final SplittableRandom random;
  private Outside outside;
  private ServiceAddresses addresses;
  private long others;

  private StandingServicePath(
      Cluster cluster,
      Surroundings surroundings,
      TestbedRequest request,
      ServicePathParameters parameters,
      List<ServicePathTreatment> treatments) {
    this.cluster = cluster;
    this.surroundings = surroundings;
    this.parameters = parameters;
    // A family more doubles what the API server and kube-proxy have to do for a Service.
    this.ipv4 = treatments.stream().anyMatch(t -> !t.ipv6());
    this.ipv6 = treatments.stream().anyMatch(ServicePathTreatment::ipv6);
    this.pods = new Pods(cluster.client(), request.runId());
    this.random = new SplittableRandom(request.runId().hashCode());
    this.api =
        new ClusterServices(
            cluster.client(),
            RunNamespace.labels(request.runId()),
            e -> nodeOf.get(e.ipv4() == null ? e.ipv6() : e.ipv4()));
    this.services = new NodeServices(api, List.of(pods.namespace()));
  }

  /**
   * Makes pods and the client outside, and finds out what the nodes' kube-proxies do.
   *
   * @param candidates nodes that workers may be, in the order in which they are preferred
   * @throws TestbedException saying which part failed
   */
  static StandingServicePath make(
      Cluster cluster,
      Surroundings surroundings,
      List<Node> candidates,
      TestbedRequest request,
      ServicePathParameters parameters,
      List<ServicePathTreatment> treatments,
      Tools tools)
      throws TestbedException, InterruptedException {
    StandingServicePath standing =
        new StandingServicePath(cluster, surroundings, request, parameters, treatments);
    Planes planes = new Planes(surroundings);
    Map<String, Planes.Place> places =
        treatments.stream().anyMatch(ServicePathTreatment::serviced)
            ? planes.among(candidates, ServicePathTopology.planes(treatments))
            : planes.any(candidates);
    PodManifests manifests = new PodManifests(request.runId(), cluster.images());
    for (Pod pod :
        manifests(manifests, places.values().stream().map(Planes.Place::node).toList())) {
      standing.pods.create(pod);
    }
    for (Map.Entry<String, Planes.Place> place : places.entrySet()) {
      standing.add(place.getKey(), place.getValue().node(), place.getValue().kernel());
    }
    standing.watch();
    standing.check(treatments);
    standing.outside =
        surroundings.outside(List.copyOf(standing.workers.values()), parameters.link());
    standing.describe(request, tools);
    return standing;
  }

  /** The workers' pods. */
  static List<Pod> manifests(PodManifests manifests, List<Node> nodes) {
    List<Pod> all = new ArrayList<>();
    for (Node node : nodes) {
      for (String role : ROLES) {
        all.add(manifests.waiting(role + "-" + node.name(), node.name()));
      }
    }
    return all;
  }

  private void add(String plane, Node node, NodeKernel kernel)
      throws TestbedException, InterruptedException {
    String name = node.name();
    InetAddress ipv4 = null;
    InetAddress ipv6 = null;
    for (NodeAddress each : addressesOf(name)) {
      InetAddress address =
          each.getType().equals("InternalIP") ? Literal.address("a node", each.getAddress()) : null;
      if (address instanceof Inet4Address) {
        ipv4 = ipv4 == null ? address : ipv4;
      } else if (address != null) {
        ipv6 = ipv6 == null ? address : ipv6;
      }
    }
    if (ipv4 == null) {
      throw new TestbedException(
          "node "
              + name
              + " has no IPv4 address: topology service-path "
              + "asks its kernel by it");
    }
    Map<String, WorkerPod> own = new HashMap<>();
    for (String role : ROLES) {
      Pod pod = pods.awaitReady(role + "-" + name);
      cluster.images().check(cluster.images().workload(), pod);
      WorkerPod made = WorkerPod.of(pods, node, "pod-" + role, pod, surroundings.pod(pod));
      own.put(role, made);
      made.addresses().forEach(address -> nodeOf.put(address, name));
    }
    String uplink = Routes.nic(kernel.proc().read("route"), (Inet4Address) ipv4);
    workers.put(
        plane,
        new Worker(
            plane,
            node,
            kernel,
            ipv4,
            ipv6,
            uplink,
            own.get("client"),
            own.get("a"),
            own.get("b")));
  }

  /** Asked as all nodes are: for one alone a user needs another right. */
  private List<NodeAddress> addressesOf(String node) throws TestbedException, InterruptedException {
    return ApiServer.ask("nodes", () -> cluster.client().nodes().list().getItems()).stream()
        .filter(each -> each.getMetadata().getName().equals(node))
        .findFirst()
        .orElseThrow(() -> new TestbedException("node " + node + " is gone"))
        .getStatus()
        .getAddresses();
  }

  /** Flows count that lead to a pod of ours. */
  private void watch() throws TestbedException, InterruptedException {
    List<InetAddress> endpoints =
        workers.values().stream()
            .flatMap(w -> List.of(w.a(), w.b()).stream())
            .flatMap(pod -> pod.addresses().stream())
            .toList();
    for (Worker worker : workers.values()) {
      KubeProxy proxy =
          new KubeProxy(worker.plane(), worker.node().name(), worker.kernel(), endpoints, services);
      proxies.put(worker.plane(), proxy);
      running.put(
          worker.plane(),
          running.isEmpty()
              ? new WorkerServices(proxy)
              : running.values().iterator().next().alsoOf(proxy));
    }
  }

  /** Whether nodes, pods and Services have what the treatments want. */
  private void check(List<ServicePathTreatment> treatments)
      throws TestbedException, InterruptedException {
    ServiceAddresses free = surroundings.addresses();
    int most = treatments.stream().mapToInt(ServicePathTreatment::services).max().orElse(0);
    if (free.room() == 0) {
      throw new UnusableException(
          "no ClusterIP is free in the ranges of the cluster's Services: see that they are right where they were given by --testbed-option service-cidr");
    }
    if (most > free.room()) {
      throw new UnusableException(
          "the cluster has ClusterIPs for %d more Services: use --set services=… with numbers up to that"
              .formatted(free.room()));
    }
    for (boolean ipv6 : new boolean[] {false, true}) {
      if (treatments.stream().noneMatch(t -> t.ipv6() == ipv6)) {
        continue;
      }
      for (Worker worker : workers.values()) {
        boolean has =
            worker.address(ipv6) != null
                && free.clusterIp(1, ipv6) != null
                && List.of(worker.client(), worker.a(), worker.b()).stream()
                    .allMatch(pod -> (ipv6 ? pod.host().ipv6() : pod.host().ipv4()) != null);
        if (!has) {
          throw new UnusableException(
              "node %s, its pods or the cluster's Services have no %s: use --set ip-family=%s"
                  .formatted(worker.node().name(), ipv6 ? "IPv6" : "IPv4", ipv6 ? "ipv4" : "ipv6"));
        }
      }
    }
  }

  private void describe(TestbedRequest request, Tools tools)
      throws TestbedException, InterruptedException {
    parts.put("client", outside.describe());
    parts.put("links", parameters.link().describe());
    parts.put(
        "workers",
        workers.values().stream()
            .map(worker -> worker.node().name() + " (" + worker.plane() + ")")
            .collect(Collectors.joining(", ")));
    parts.put(
        "services",
        "%s, at most %d of type NodePort, an endpoint on each worker, session affinity %s"
            .formatted(
                ipv4 && ipv6 ? "dual stack" : ipv4 ? "IPv4 alone" : "IPv6 alone",
                parameters.nodePorts(),
                parameters.affinitySeconds() == 0
                    ? "none"
                    : parameters.affinitySeconds() + " s by client IP"));
    // They are in the same chains, so that our first Service need not be the chain's.
    others = api.others(pods.namespace());
    parts.put("others' Services", Long.toString(others));
    parts.put("image workload", cluster.images().workload().describe());
    for (String program : request.tools()) {
      parts.put(
          "program " + program, tools.find(program).map(Digest::describe).orElse("not there"));
    }
    for (Worker worker : workers.values()) {
      parts.putAll(worker.kernel().describe());
    }
    proxies.values().forEach(proxy -> parts.putAll(proxy.parts()));
  }

  @Override
  public Map<String, String> describe() {
    return parts;
  }

  @Override
  public Scene prepare(Treatment treatment) throws TestbedException, InterruptedException {
    ServicePathTreatment wanted = ServicePathTreatment.of(treatment, ServicePathTopology.PLANES);
    wanted.check(parameters);
    String plane = wanted.serviced() ? wanted.plane() : workers.keySet().iterator().next();
    Worker worker = workers.get(plane);
    if (worker == null) {
      throw new TestbedException("the testbed was not set up for " + wanted.plane());
    }
    if (addresses == null) {
      // As late as can be: another run may have taken some meanwhile.
      addresses = surroundings.addresses().only(ipv4, ipv6);
    }
    KubeProxy proxy = proxies.get(plane);
    WorkerServices held = running.get(plane);
    ServiceGenerator inA = generator(wanted, worker, worker.a());
    List<ServicePort> all = inA.services(wanted.services());
    if (!held.as(all)) {
      held.change(all);
    }
    services.settle();
    proxy.check();
    HeldPorts.refuse(
        worker.node().name(),
        worker.kernel().proc(),
        wanted.protocol(),
        all.stream().map(ServicePort::nodePort).collect(Collectors.toSet()));
    List<Integer> order = KernelOrder.of(wanted, proxy, inA);
    List<Integer> targets =
        wanted.position().among(order.size(), random).stream().map(i -> order.get(i - 1)).toList();
    worker.kernel().forget();
    return new ServicePathScene(
        wanted,
        new WorkerPlaces(outside, worker, proxy, api, services, pods.namespace(), others),
        held,
        inA,
        generator(wanted, worker, worker.b()),
        targets,
        surroundings.idle(wanted.idle()));
  }

  /**
   * Services with an endpoint on each worker: on this one in a pod, on all others in their pod a.
   */
  private ServiceGenerator generator(
      ServicePathTreatment treatment, Worker worker, WorkerPod backend) {
    List<ServiceGenerator.Backend> backends = new ArrayList<>();
    for (Worker each : workers.values()) {
      backends.add((each.equals(worker) ? backend : each.a()).backend(ipv4, ipv6));
    }
    return new ServiceGenerator(
        pods.namespace(),
        addresses,
        treatment.protocol(),
        parameters.nodePorts(),
        treatment.local(),
        parameters.affinitySeconds(),
        backends);
  }
}
