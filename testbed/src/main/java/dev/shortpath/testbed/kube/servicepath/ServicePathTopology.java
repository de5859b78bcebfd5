package dev.shortpath.testbed.kube.servicepath;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.idle.Idle;
import dev.shortpath.testbed.kube.Cluster;
import dev.shortpath.testbed.kube.Needs;
import dev.shortpath.testbed.kube.Node;
import dev.shortpath.testbed.kube.PodManifests;
import dev.shortpath.testbed.kube.Standing;
import dev.shortpath.testbed.kube.Topology;
import dev.shortpath.testbed.servicepath.ServicePathParameters;
import dev.shortpath.testbed.servicepath.ServicePathTreatment;
import dev.shortpath.testbed.tool.Tools;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Topology {@code service-path} with a worker of a cluster for each of kube-proxy's modes that the
 * treatments name. Services are the whole cluster's, so that all workers have the same: what makes
 * them different for one worker than for another is refused. What is another thing on each kind of
 * cluster is the subclass's.
 */
public abstract class ServicePathTopology implements Topology {
  /** As experiments name it. */
  public static final String NAME = "service-path";

  /** Without Services, the first worker's pods are reached directly. */
  public static final List<String> PLANES =
      List.of(ServicePathTreatment.NONE, "iptables-nft", "nftables");

  private final String testbed;

  /** On a testbed of that name. */
  protected ServicePathTopology(String testbed) {
    this.testbed = testbed;
  }

  @Override
  public final String name() {
    return NAME;
  }

  @Override
  public Map<String, List<String>> factors() {
    return ServicePathTreatment.factors(PLANES);
  }

  @Override
  public final List<String> missing(TestbedRequest request) {
    List<String> lines = new ArrayList<>(missing());
    ServicePathParameters parameters = null;
    try {
      parameters = ServicePathParameters.of(request.parameters());
      if (parameters.endpoints() > 1) {
        lines.add(
            "testbed "
                + testbed
                + ": a pod has one address: use --topology-parameter "
                + ServicePathParameters.ENDPOINTS
                + "=1");
      }
      lines.addAll(missing(parameters));
    } catch (TestbedException e) {
      lines.add(e.getMessage());
    }
    List<ServicePathTreatment> treatments = new ArrayList<>();
    for (Treatment treatment : request.treatments()) {
      try {
        ServicePathTreatment wanted = ServicePathTreatment.of(treatment, PLANES);
        treatments.add(wanted);
        if (parameters != null) {
          wanted.check(parameters);
        }
      } catch (TestbedException e) {
        lines.add(e.getMessage());
      }
    }
    treatments.stream()
        .map(ServicePathTreatment::idle)
        .distinct()
        .map(this::missing)
        .forEach(lines::addAll);
    lines.addAll(mixtures(treatments));
    return lines.stream().distinct().toList();
  }

  /** What this machine lacks, a line each. */
  protected abstract List<String> missing();

  /** What of the parameters cannot be had there, a line each. */
  protected abstract List<String> missing(ServicePathParameters parameters);

  /** Why processors cannot be idle that way, a line each. */
  protected abstract List<String> missing(Idle idle);

  /** What cannot be told apart where Services are the whole cluster's. */
  private List<String> mixtures(Collection<ServicePathTreatment> treatments) {
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, Function<ServicePathTreatment, String>> factor :
        Map.<String, Function<ServicePathTreatment, String>>of(
                "protocol", t -> t.protocol().lower(),
                "traffic-policy", t -> t.local() ? "local" : "cluster")
            .entrySet()) {
      TreeSet<String> levels =
          treatments.stream().map(factor.getValue()).collect(Collectors.toCollection(TreeSet::new));
      if (levels.size() > 1) {
        lines.add(
            "testbed %s: the %s is that of all the cluster's Services, one a run: use --set %s=%s"
                .formatted(testbed, factor.getKey(), factor.getKey(), levels.first()));
      }
    }
    List<String> planes = planes(treatments);
    boolean byPods = treatments.stream().anyMatch(t -> t.serviced() && !t.nodePort());
    boolean anywhere = treatments.stream().anyMatch(t -> t.serviced() && !t.local());
    if (planes.size() > 1 && (byPods || anywhere)) {
      lines.add(
          ("testbed %s: with several Service data planes, %s leads to pods of either worker: use"
                  + " --set service-data-plane=%s, or --set %s")
              .formatted(
                  testbed,
                  byPods ? "access cluster-ip" : "traffic-policy cluster",
                  planes.get(0),
                  byPods ? "access=node-port" : "traffic-policy=local"));
    }
    return lines;
  }

  /** A worker for each; one for those who need none. */
  static List<String> planes(Collection<ServicePathTreatment> treatments) {
    List<String> planes =
        treatments.stream()
            .filter(ServicePathTreatment::serviced)
            .map(ServicePathTreatment::plane)
            .distinct()
            .sorted()
            .toList();
    return planes.isEmpty() ? List.of(PLANES.get(1)) : planes;
  }

  /**
   * The request's, checked.
   *
   * @throws TestbedException naming the first that is not known
   */
  public static List<ServicePathTreatment> treatments(TestbedRequest request)
      throws TestbedException {
    List<ServicePathTreatment> treatments = new ArrayList<>();
    for (Treatment treatment : request.treatments()) {
      treatments.add(ServicePathTreatment.of(treatment, PLANES));
    }
    return treatments;
  }

  @Override
  public final Needs needs(TestbedRequest request) throws TestbedException {
    List<ServicePathTreatment> treatments = treatments(request);
    return new Needs(
        nodesBeside(treatments),
        true,
        false,
        planes(treatments).stream().map(KubeProxy::mode).toList());
  }

  /** How many nodes there must be beside the workers. */
  protected abstract int nodesBeside(List<ServicePathTreatment> treatments);

  /**
   * Of a cluster that was started.
   *
   * @throws TestbedException where something that it needs is not here
   */
  protected abstract Surroundings surroundings(Cluster cluster, TestbedRequest request, Tools tools)
      throws TestbedException, InterruptedException;

  /** The workers' pods. */
  protected static List<Pod> workerPods(PodManifests manifests, List<Node> workers) {
    return StandingServicePath.manifests(manifests, workers);
  }

  @Override
  public final Standing make(Cluster cluster, TestbedRequest request, Tools tools)
      throws TestbedException, InterruptedException {
    return StandingServicePath.make(
        cluster,
        surroundings(cluster, request, tools),
        cluster.nodes().subList(needs(request).nodes(), cluster.nodes().size()),
        request,
        ServicePathParameters.of(request.parameters()),
        treatments(request),
        tools);
  }
}
