package dev.shortpath.testbed.cluster;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.idle.Idle;
import dev.shortpath.testbed.kube.Cluster;
import dev.shortpath.testbed.kube.ClusterServices;
import dev.shortpath.testbed.kube.Images;
import dev.shortpath.testbed.kube.Node;
import dev.shortpath.testbed.kube.PodManifests;
import dev.shortpath.testbed.kube.RunNamespace;
import dev.shortpath.testbed.kube.servicepath.ServicePathTopology;
import dev.shortpath.testbed.kube.servicepath.Surroundings;
import dev.shortpath.testbed.path.Literal;
import dev.shortpath.testbed.servicepath.ServiceAddresses;
import dev.shortpath.testbed.servicepath.ServiceGenerator;
import dev.shortpath.testbed.servicepath.ServicePathParameters;
import dev.shortpath.testbed.servicepath.ServicePathTreatment;
import dev.shortpath.testbed.tool.Tools;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Topology {@code service-path} on nodes that others use, too: the client is a host over SSH or a
 * pod of another node, the links are the cluster's own, and kube-proxy goes on all the time.
 */
final class ServicePathOnCluster extends ServicePathTopology {
  private final boolean overSsh;

  /**
   * With a client.
   *
   * @param overSsh whether it is a host of its own, and no pod
   */
  ServicePathOnCluster(boolean overSsh) {
    super("cluster");
    this.overSsh = overSsh;
  }

  @Override
  public Map<String, List<String>> factors() {
    Map<String, List<String>> factors = new LinkedHashMap<>(super.factors());
    factors.put("idle", Idle.namesElsewhere());
    return factors;
  }

  @Override
  protected List<String> missing() {
    return List.of();
  }

  @Override
  protected List<String> missing(ServicePathParameters parameters) {
    return parameters.link().shaped()
        ? List.of(
            "testbed cluster: the links are the cluster's own and not shaped: use --topology-parameter link-mbit=none")
        : List.of();
  }

  @Override
  protected List<String> missing(Idle idle) {
    return idle.missingElsewhere();
  }

  /** The client's, where it is a pod. */
  @Override
  protected int nodesBeside(List<ServicePathTreatment> treatments) {
    return !overSsh && treatments.stream().anyMatch(ServicePathTreatment::nodePort) ? 1 : 0;
  }

  @Override
  public List<HasMetadata> manifests(TestbedRequest request, List<Node> nodes, Images images)
      throws TestbedException {
    List<ServicePathTreatment> treatments = treatments(request);
    PodManifests manifests = new PodManifests(request.runId(), images);
    int beside = nodesBeside(treatments);
    List<Node> workers = nodes.subList(beside, Math.min(nodes.size(), needs(request).allNodes()));
    List<HasMetadata> all = new ArrayList<>();
    for (Node worker : workers) {
      all.add(
          manifests.kernel(
              ClusterSurroundings.kernelPod(worker),
              worker.name(),
              ClusterSurroundings.table(request.runId())));
    }
    all.addAll(workerPods(manifests, workers));
    if (beside > 0) {
      all.add(manifests.waiting(ClusterSurroundings.CLIENT, nodes.get(0).name()));
    }
    all.addAll(firstService(request, treatments, workers.get(0)));
    return all;
  }

  /**
   * All others are like it; addresses are known when there are pods, and are those of RFC 5737 and
   * 3849.
   */
  private static List<HasMetadata> firstService(
      TestbedRequest request, List<ServicePathTreatment> treatments, Node worker)
      throws TestbedException {
    ServicePathTreatment first = treatments.get(0);
    int most = treatments.stream().mapToInt(ServicePathTreatment::services).max().orElse(0);
    ServicePathParameters parameters = ServicePathParameters.of(request.parameters());
    ServiceGenerator generator =
        new ServiceGenerator(
            RunNamespace.name(request.runId()),
            ServiceAddresses.usual(),
            first.protocol(),
            parameters.nodePorts(),
            first.local(),
            parameters.affinitySeconds(),
            List.of(
                new ServiceGenerator.Backend(
                    Literal.address("a pod", "192.0.2.1"),
                    Literal.address("a pod", "2001:db8::1"))));
    List<HasMetadata> objects =
        new ClusterServices(null, RunNamespace.labels(request.runId()), e -> worker.name())
            .objects(generator.service(1));
    for (HasMetadata object : objects) {
      object
          .getMetadata()
          .setAnnotations(
              Map.of(
                  "shortpath.dev/example",
                  "the first of "
                      + most
                      + " like it, "
                      + Math.min(most, parameters.nodePorts())
                      + " of them of type NodePort; addresses are the cluster's free ones and the pods' own"));
    }
    return objects;
  }

  @Override
  protected Surroundings surroundings(Cluster cluster, TestbedRequest request, Tools tools)
      throws TestbedException {
    boolean fromOutside = nodesBeside(treatments(request)) > 0;
    return new ClusterSurroundings((UserCluster) cluster, request, fromOutside, tools);
  }
}
