package dev.shortpath.testbed.kube;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.tool.Tools;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Topology {@code pods}: a client pod and a server pod, on one node or on two. */
public final class PodsTopology implements Topology {
  static final String NAME = "pods";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, List<String>> factors() {
    return PodsTreatment.factors();
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
        PodsTreatment.of(treatment);
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
        treatments.stream().anyMatch(t -> !t.oneNode()),
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
  public Standing make(Cluster cluster, TestbedRequest request, Tools tools)
      throws TestbedException, InterruptedException {
    return StandingPods.make(cluster, request, treatments(request), tools);
  }
}
