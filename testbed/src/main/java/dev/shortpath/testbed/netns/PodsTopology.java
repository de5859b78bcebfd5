package dev.shortpath.testbed.netns;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Testbed;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.idle.Idle;
import dev.shortpath.testbed.mesh.Mesh;
import dev.shortpath.testbed.shortcut.Shortcut;
import dev.shortpath.testbed.tool.Tools;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Topology {@code pods}: a client pod and a server pod, on one node or on two, with or without a
 * mesh. Each mesh and placement that the treatments name has a pair of pods of its own, all of them
 * set up at once, so that a treatment only has to choose its pair and to attach the shortcut.
 */
final class PodsTopology implements Topology {
  @Override
  public String name() {
    return "pods";
  }

  @Override
  public Map<String, List<String>> factors() {
    return PodsTreatment.factors();
  }

  @Override
  public List<String> missing(TestbedRequest request, Tools tools) {
    List<String> lines = new ArrayList<>();
    try {
      PodsParameters.of(request.parameters())
          .nodeRules()
          .ifPresent(plane -> lines.addAll(plane.missing(tools)));
    } catch (TestbedException e) {
      lines.add(e.getMessage());
    }
    List<PodsTreatment> treatments = new ArrayList<>();
    for (Treatment treatment : request.treatments()) {
      try {
        treatments.add(PodsTreatment.of(treatment));
      } catch (TestbedException e) {
        lines.add(e.getMessage());
      }
    }
    treatments.stream()
        .map(PodsTreatment::mesh)
        .distinct()
        .map((Mesh mesh) -> mesh.missing(tools))
        .forEach(lines::addAll);
    treatments.stream()
        .map(PodsTreatment::shortcut)
        .distinct()
        .map((Shortcut shortcut) -> shortcut.missing(tools))
        .forEach(lines::addAll);
    treatments.stream()
        .map(PodsTreatment::idle)
        .distinct()
        .map(Idle::missing)
        .forEach(lines::addAll);
    return lines.stream().distinct().toList();
  }

  @Override
  public Testbed open(TestbedRequest request, Tools tools)
      throws TestbedException, InterruptedException {
    List<PodsTreatment> treatments = new ArrayList<>();
    for (Treatment treatment : request.treatments()) {
      treatments.add(PodsTreatment.of(treatment));
    }
    for (Mesh mesh : treatments.stream().map(PodsTreatment::mesh).distinct().toList()) {
      mesh.fetch(tools);
    }
    PodsParameters parameters = PodsParameters.of(request.parameters());
    return NetnsTestbed.open(
        request, tools, site -> PodsParts.make(site, request, parameters, treatments));
  }
}
