package dev.shortpath.testbed.kube;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.idle.Idle;
import dev.shortpath.testbed.tool.Tools;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Topology {@code pods}: a client pod and a server pod, on one node or on two. */
public final class PodsTopology implements Topology {
  static final String NAME = "pods";

  private final boolean onThisMachine;

  private PodsTopology(boolean onThisMachine) {
    this.onThisMachine = onThisMachine;
  }

  /** On nodes that may be machines of their own. */
  public PodsTopology() {
    this(false);
  }

  /** On nodes that share this machine's kernel, whose processors can be kept awake from here. */
  public static PodsTopology onThisMachine() {
    return new PodsTopology(true);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, List<String>> factors() {
    Map<String, List<String>> factors = PodsTreatment.factors();
    if (!onThisMachine) {
      factors.put(PodsTreatment.IDLE, Idle.namesElsewhere());
    }
    return factors;
  }

  @Override
  public List<String> missing(TestbedRequest request) {
    List<String> lines = new ArrayList<>();
    request
        .parameters()
        .keySet()
        .forEach(p -> lines.add("topology pods has no parameter '" + p + "'; it has none"));
    for (Treatment treatment : request.treatments()) {
      try {
        Idle idle = PodsTreatment.of(treatment).idle();
        lines.addAll(onThisMachine ? idle.missing() : idle.missingElsewhere());
      } catch (TestbedException e) {
        lines.add(e.getMessage());
      }
    }
    return lines;
  }

  @Override
  public Needs needs(TestbedRequest request) throws TestbedException {
    List<PodsTreatment> treatments = treatments(request);
    return new Needs(
        treatments.stream().anyMatch(t -> !t.oneNode()) ? 2 : 1,
        treatments.stream().anyMatch(PodsTreatment::ipv6),
        treatments.stream().anyMatch(t -> t.shortcut().redirects()));
  }

  private static List<PodsTreatment> treatments(TestbedRequest request) throws TestbedException {
    List<PodsTreatment> treatments = new ArrayList<>();
    for (Treatment treatment : request.treatments()) {
      treatments.add(PodsTreatment.of(treatment));
    }
    return treatments;
  }

  @Override
  public List<HasMetadata> manifests(TestbedRequest request, List<Node> nodes, Images images)
      throws TestbedException {
    List<PodsTreatment> treatments = treatments(request);
    PodManifests manifests = new PodManifests(request.runId(), images);
    Map<String, List<Node>> placements = StandingPods.placements(treatments, nodes);
    List<HasMetadata> all = new ArrayList<>(StandingPods.manifests(manifests, placements));
    if (treatments.stream().anyMatch(t -> t.shortcut().redirects())) {
      all.add(manifests.agents(nodes.stream().map(Node::name).toList(), PodsScene.PORT));
    }
    return all;
  }

  @Override
  public Standing make(Cluster cluster, TestbedRequest request, Tools tools)
      throws TestbedException, InterruptedException {
    return StandingPods.make(cluster, request, treatments(request), onThisMachine, tools);
  }
}
