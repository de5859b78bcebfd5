package dev.shortpath.testbed.k3s;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.dataplane.Family;
import dev.shortpath.testbed.dataplane.ServicePort;
import dev.shortpath.testbed.kube.ClusterServices;
import dev.shortpath.testbed.kube.Node;
import dev.shortpath.testbed.kube.PodManifests;
import dev.shortpath.testbed.kube.Pods;
import dev.shortpath.testbed.kube.Standing;
import dev.shortpath.testbed.servicepath.HeldPorts;
import dev.shortpath.testbed.servicepath.ServiceGenerator;
import dev.shortpath.testbed.servicepath.ServicePathParameters;
import dev.shortpath.testbed.servicepath.ServicePathScene;
import dev.shortpath.testbed.servicepath.ServicePathTreatment;
import dev.shortpath.testbed.servicepath.WorkerServices;
import dev.shortpath.testbed.tool.Digest;
import dev.shortpath.testbed.tool.Tools;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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

  private final K3sCluster cluster;
  private final ServicePathParameters parameters;
  private final PathContainers outside;
  private final Path clientCgroup;
  private final ClusterServices api;
  private final NodeServices services;
  private final Map<String, Worker> workers = new LinkedHashMap<>();
  private final Map<String, KubeProxy> proxies = new LinkedHashMap<>();
  private final Map<String, WorkerServices> running = new LinkedHashMap<>();
  private final Map<InetAddress, String> nodeOf = new HashMap<>();
  private final Map<String, String> parts = new TreeMap<>();
  private final SplittableRandom random;

  private StandingServicePath(
      K3sCluster cluster,
      TestbedRequest request,
      ServicePathParameters parameters,
      PathContainers outside)
      throws TestbedException {
    this.cluster = cluster;
    this.parameters = parameters;
    this.outside = outside;
    this.clientCgroup = NodeContainer.cgroupOf(outside.client().network().pid());
    this.random = new SplittableRandom(request.runId().hashCode());
    this.api =
        new ClusterServices(
            cluster.client(), Map.of(Labelled.RUN, request.runId()), e -> nodeOf.get(e.ipv4()));
    InetAddress kubernetes =
        ip(
            cluster
                .client()
                .services()
                .inNamespace("default")
                .withName("kubernetes")
                .get()
                .getSpec()
                .getClusterIP());
    this.services =
        new NodeServices(
            api, List.of(ServiceGenerator.NAMESPACE), List.of(Family.text(kubernetes)));
  }

  /**
   * Makes pods, client and router, joins and shapes them.
   *
   * @throws TestbedException saying which part failed
   */
  static StandingServicePath make(
      K3sCluster cluster,
      TestbedRequest request,
      ServicePathParameters parameters,
      List<ServicePathTreatment> treatments,
      Tools tools)
      throws TestbedException, InterruptedException {
    Pods pods = new Pods(cluster.client(), request.runId());
    PodManifests manifests = new PodManifests(request.runId(), cluster.images());
    List<String> planes = ServicePathTopology.planes(treatments);
    for (int i = 0; i < planes.size(); i++) {
      String node = cluster.nodes().get(i + 1).name();
      for (String role : ROLES) {
        pods.create(manifests.waiting(role + "-" + node, node));
      }
    }
    PathContainers outside = PathContainers.start(cluster, cluster.images(), tools);
    StandingServicePath standing = new StandingServicePath(cluster, request, parameters, outside);
    cluster
        .client()
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(ServiceGenerator.NAMESPACE)
                .endMetadata()
                .build())
        .create();
    for (int i = 0; i < planes.size(); i++) {
      standing.add(planes.get(i), cluster.nodes().get(i + 1), pods, tools);
    }
    outside.join(List.copyOf(standing.workers.values()), parameters.link());
    standing.describe(request, tools);
    return standing;
  }

  private void add(String plane, Node node, Pods pods, Tools tools)
      throws TestbedException, InterruptedException {
    String name = node.name();
    var resource = cluster.client().nodes().withName(name).get();
    List<InetAddress> addresses =
        inOrder(
            resource.getStatus().getAddresses().stream()
                .filter(address -> address.getType().equals("InternalIP"))
                .map(NodeAddress::getAddress)
                .toList());
    List<String> cidrs = new ArrayList<>(resource.getSpec().getPodCIDRs());
    cidrs.sort((x, y) -> Boolean.compare(x.contains(":"), y.contains(":")));
    if (addresses.size() != 2 || cidrs.size() != 2) {
      throw new TestbedException("node " + name + " has not one address of each family");
    }
    ContainerNetwork network = ContainerNetwork.of(name, cluster.container(name), tools);
    Map<String, WorkerPod> own = new HashMap<>();
    for (String role : ROLES) {
      WorkerPod pod =
          WorkerPod.of(pods, node, "pod-" + role, pods.awaitReady(role + "-" + name), tools);
      own.put(role, pod);
      nodeOf.put(pod.host().ipv4(), name);
    }
    Worker worker =
        new Worker(
            plane, node, network, addresses, cidrs, own.get("client"), own.get("a"), own.get("b"));
    KubeProxy proxy =
        new KubeProxy(plane, name, network, new ProxyMetrics(name, addresses.get(0)), services);
    workers.put(plane, worker);
    proxies.put(plane, proxy);
    running.put(
        plane,
        running.isEmpty()
            ? new WorkerServices(proxy)
            : running.values().iterator().next().alsoOf(proxy));
  }

  private static List<InetAddress> inOrder(List<String> addresses) {
    return addresses.stream()
        .map(StandingServicePath::ip)
        .sorted((x, y) -> Integer.compare(x.getAddress().length, y.getAddress().length))
        .toList();
  }

  private static InetAddress ip(String literal) {
    try {
      return InetAddress.getByName(literal); // nobody is asked
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private void describe(TestbedRequest request, Tools tools)
      throws TestbedException, InterruptedException {
    parts.put("links", "client–router and router–workers: " + parameters.link().describe());
    parts.put(
        "workers",
        workers.values().stream()
            .map(worker -> worker.node().name() + " (" + worker.plane() + ")")
            .collect(Collectors.joining(", ")));
    parts.put(
        "services",
        "at most %d of type NodePort, an endpoint on each worker, session affinity %s"
            .formatted(
                parameters.nodePorts(),
                parameters.affinitySeconds() == 0
                    ? "none"
                    : parameters.affinitySeconds() + " s by client IP"));
    parts.put("image workload", cluster.images().workload().describe());
    for (String program : request.tools()) {
      parts.put(
          "program " + program, tools.find(program).map(Digest::describe).orElse("not there"));
    }
    for (Worker worker : workers.values()) {
      if (KubeProxy.mode(worker.plane()).equals("iptables")) {
        parts.put("iptables of node " + worker.node().name(), backend(worker));
      }
    }
    proxies.values().forEach(proxy -> parts.putAll(proxy.parts()));
  }

  /** kube-proxy uses what its image calls iptables. */
  private String backend(Worker worker) throws TestbedException, InterruptedException {
    String name = worker.node().name();
    ContainerExec version =
        ContainerExec.start(
            "iptables of node " + name, cluster.container(name), List.of("iptables", "--version"));
    try (version) {
      version.await(Remote.SOON);
      String said = new String(version.out().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!said.contains("nf_tables")) {
        throw new TestbedException(
            "node " + name + " has " + said + ", not the nft back end of data plane iptables-nft");
      }
      return said;
    } catch (IOException e) {
      throw new TestbedException("iptables of node " + name + ": " + e.getMessage(), e);
    }
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
        worker.network().pid(),
        wanted.protocol(),
        all.stream().map(ServicePort::nodePort).collect(Collectors.toSet()));
    List<Integer> order = KernelOrder.of(wanted, proxy, inA);
    List<Integer> targets =
        wanted.position().among(order.size(), random).stream().map(i -> order.get(i - 1)).toList();
    worker.network().forget();
    return new ServicePathScene(
        wanted,
        new WorkerPlaces(outside, worker, proxy, api, services, clientCgroup),
        held,
        inA,
        generator(wanted, worker, worker.b()),
        targets,
        wanted.idle().begin());
  }

  /**
   * Services with an endpoint on each worker: on this one in a pod, on all others in their pod a.
   */
  private ServiceGenerator generator(
      ServicePathTreatment treatment, Worker worker, WorkerPod backend) {
    List<ServiceGenerator.Backend> backends = new ArrayList<>();
    for (Worker each : workers.values()) {
      backends.add((each.equals(worker) ? backend : each.a()).backend());
    }
    return new ServiceGenerator(
        treatment.protocol(),
        parameters.nodePorts(),
        treatment.local(),
        parameters.affinitySeconds(),
        backends);
  }
}
