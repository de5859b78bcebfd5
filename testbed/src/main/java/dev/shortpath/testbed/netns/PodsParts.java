package dev.shortpath.testbed.netns;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.mesh.Mesh;
import dev.shortpath.testbed.mesh.RunningMesh;
import dev.shortpath.testbed.place.Node;
import dev.shortpath.testbed.place.Pair;
import dev.shortpath.testbed.place.Pod;
import dev.shortpath.testbed.place.Site;
import dev.shortpath.testbed.remote.LocalProcess;
import dev.shortpath.testbed.remote.Together;
import dev.shortpath.testbed.shortcut.Shortcut;
import dev.shortpath.testbed.tool.Digest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/**
 * What stands: nodes, pods, meshes.
 *
 * @param site of the run
 * @param layout nodes and pairs
 * @param pauses a process in each namespace, by the name of its node or pod
 * @param meshes by name
 */
record PodsParts(
    Site site,
    PodsLayout layout,
    Map<String, LocalProcess> pauses,
    Map<String, RunningMesh> meshes) {
  /** Where the workload's server listens. Above the mesh's own ports, below the ephemeral ones. */
  static final int PORT = 17000;

  static PodsParts make(Site site, PodsLayout layout)
      throws TestbedException, InterruptedException {
    makeCgroups(site, layout.layout());
    new Network(site, layout.layout()).make();
    Map<String, LocalProcess> pauses = pause(site, layout.layout());
    List<Callable<Map.Entry<String, RunningMesh>>> starts = new ArrayList<>();
    for (Map.Entry<Mesh, List<Pair>> mesh : layout.meshes().entrySet()) {
      starts.add(
          () -> Map.entry(mesh.getKey().name(), mesh.getKey().start(site, mesh.getValue(), PORT)));
    }
    Map<String, RunningMesh> meshes = new LinkedHashMap<>();
    Together.all(starts).forEach(entry -> meshes.put(entry.getKey(), entry.getValue()));
    return new PodsParts(site, layout, pauses, meshes);
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

  private static Map<String, LocalProcess> pause(Site site, Layout layout) throws TestbedException {
    Command sleep = Command.of("sleep", "infinity");
    Map<String, LocalProcess> pauses = new TreeMap<>();
    for (Node node : layout.nodes()) {
      pauses.put(node.name(), site.pause(node).daemon(sleep, site.logs().resolve("pause.log")));
    }
    for (Pod pod : layout.pods()) {
      pauses.put(pod.name(), site.pause(pod).daemon(sleep, site.logs().resolve("pause.log")));
    }
    return pauses;
  }

  Pair pair(PodsTreatment treatment) throws TestbedException {
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
    for (Map.Entry<String, LocalProcess> pause : pauses.entrySet()) {
      if (!pause.getValue().alive()) {
        throw new TestbedException("the pause process of " + pause.getKey() + " died");
      }
    }
    for (RunningMesh mesh : meshes.values()) {
      mesh.check();
    }
  }

  /**
   * What runs, by name.
   *
   * @param shortcuts that treatments may attach
   * @param programs that workloads start
   */
  Map<String, String> describe(Collection<Shortcut> shortcuts, Collection<String> programs) {
    Map<String, String> parts = new TreeMap<>();
    parts.put(
        "testbed",
        "netns: nodes and pods are network namespaces of Linux "
            + System.getProperty("os.version"));
    meshes.values().forEach(mesh -> parts.putAll(mesh.parts()));
    shortcuts.forEach(shortcut -> parts.putAll(shortcut.parts(site.tools())));
    Stream.concat(Stream.of("shortpath-enter"), programs.stream())
        .forEach(program -> parts.put("program " + program, binary(program)));
    return parts;
  }

  private String binary(String program) {
    return site.tools().find(program).map(Digest::describe).orElse("not there");
  }
}
