package dev.shortpath.testbed.netns;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.dataplane.RunningDataPlane;
import dev.shortpath.testbed.idle.Idling;
import dev.shortpath.testbed.mesh.Mesh;
import dev.shortpath.testbed.mesh.RunningMesh;
import dev.shortpath.testbed.place.Node;
import dev.shortpath.testbed.place.Pair;
import dev.shortpath.testbed.place.Pod;
import dev.shortpath.testbed.place.Site;
import dev.shortpath.testbed.remote.PlacedRemote;
import dev.shortpath.testbed.remote.Together;
import dev.shortpath.testbed.shortcut.Attached;
import dev.shortpath.testbed.shortcut.Shortcut;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/**
 * What stands: nodes, pods, meshes.
 *
 * @param site of the run
 * @param programs that workloads start
 * @param shortcuts that treatments may attach
 * @param layout nodes and pairs
 * @param pauses a process in each namespace
 * @param meshes by name
 * @param rules of each node, where it has any
 */
record PodsParts(
    Site site,
    List<String> programs,
    List<Shortcut> shortcuts,
    PodsLayout layout,
    Pauses pauses,
    Map<String, RunningMesh> meshes,
    List<RunningDataPlane> rules)
    implements Standing {
  /** Where the workload's server listens. Above the mesh's own ports, below the ephemeral ones. */
  static final int PORT = 17000;

  static PodsParts make(
      Site site, TestbedRequest request, PodsParameters parameters, List<PodsTreatment> treatments)
      throws TestbedException, InterruptedException {
    PodsLayout layout = PodsLayout.of(request.runId(), site.cgroup(), treatments);
    makeCgroups(site, layout.layout());
    new Network(site, layout.layout()).make();
    Pauses pauses = Pauses.start(site, places(site, layout.layout()));
    List<RunningDataPlane> rules = new ArrayList<>();
    if (parameters.nodeRules().isPresent()) {
      for (Node node : layout.layout().nodes()) {
        int number = layout.layout().number(node);
        rules.add(NodeRules.lay(site, node, number, parameters.nodeRules().get()));
      }
    }
    List<Callable<Map.Entry<String, RunningMesh>>> starts = new ArrayList<>();
    for (Map.Entry<Mesh, List<Pair>> mesh : layout.meshes().entrySet()) {
      starts.add(
          () -> Map.entry(mesh.getKey().name(), mesh.getKey().start(site, mesh.getValue(), PORT)));
    }
    Map<String, RunningMesh> meshes = new LinkedHashMap<>();
    Together.all(starts).forEach(entry -> meshes.put(entry.getKey(), entry.getValue()));
    List<Shortcut> shortcuts = treatments.stream().map(PodsTreatment::shortcut).distinct().toList();
    return new PodsParts(site, request.tools(), shortcuts, layout, pauses, meshes, rules);
  }

  private static void makeCgroups(Site site, Layout layout) throws TestbedException {
    Cgroups.make(site.adminCgroup());
    Cgroups.make(site.agentCgroup());
    for (Node node : layout.nodes()) {
      Cgroups.make(node.proxyCgroup());
      Cgroups.make(node.pauseCgroup());
    }
    for (Pod pod : layout.pods()) {
      Cgroups.make(pod.appCgroup());
      Cgroups.make(pod.proxyCgroup());
      Cgroups.make(pod.pauseCgroup());
    }
  }

  private static List<PlacedRemote> places(Site site, Layout layout) {
    return Stream.concat(
            layout.nodes().stream().map(site::pause), layout.pods().stream().map(site::pause))
        .toList();
  }

  @Override
  public Scene prepare(Treatment treatment) throws TestbedException, InterruptedException {
    PodsTreatment wanted = PodsTreatment.of(treatment);
    Pair pair = pair(wanted);
    check();
    Idling idling = wanted.idle().begin();
    boolean stands = false;
    try {
      Attached attached = wanted.shortcut().attach(site, nodes(pair));
      stands = true;
      return new PodsScene(this, wanted, pair, attached, idling);
    } finally {
      if (!stands) {
        idling.close();
      }
    }
  }

  private Pair pair(PodsTreatment treatment) throws TestbedException {
    Pair pair = layout.pairs().get(treatment.pair());
    if (pair == null) {
      throw new TestbedException(
          "the testbed was not set up for mesh "
              + treatment.mesh().name()
              + (treatment.oneNode() ? " on one node" : " on two nodes"));
    }
    return pair;
  }

  /** The nodes of a pair, each once. */
  List<Node> nodes(Pair pair) {
    return Stream.of(pair.client().node(), pair.server().node()).distinct().toList();
  }

  RunningMesh mesh(PodsTreatment treatment) {
    return meshes.get(treatment.mesh().name());
  }

  /** Fails when a process of any part died. */
  void check() throws TestbedException {
    pauses.check();
    for (RunningMesh mesh : meshes.values()) {
      mesh.check();
    }
  }

  @Override
  public Map<String, String> describe() {
    Map<String, String> parts = Programs.describe(site.tools(), programs);
    meshes.values().forEach(mesh -> parts.putAll(mesh.parts()));
    rules.forEach(plane -> parts.putAll(plane.parts()));
    if (!rules.isEmpty()) {
      parts.put("node rules", "one Service's; all that the bridge passes on goes through them");
    }
    shortcuts.forEach(shortcut -> parts.putAll(shortcut.parts(site.tools())));
    return parts;
  }
}
