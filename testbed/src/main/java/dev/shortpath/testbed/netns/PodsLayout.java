package dev.shortpath.testbed.netns;

import dev.shortpath.testbed.mesh.Mesh;
import dev.shortpath.testbed.place.Node;
import dev.shortpath.testbed.place.Pair;
import dev.shortpath.testbed.place.Pod;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The nodes and pairs of pods that a set of treatments needs.
 *
 * @param layout nodes and pods
 * @param pairs by {@link PodsTreatment#pair}
 * @param meshes the pairs of each mesh
 */
record PodsLayout(Layout layout, Map<String, Pair> pairs, Map<Mesh, List<Pair>> meshes) {
  static PodsLayout of(String runId, Path cgroup, List<PodsTreatment> treatments) {
    List<Node> nodes = new ArrayList<>();
    nodes.add(node(runId, cgroup, "n1"));
    if (treatments.stream().anyMatch(t -> !t.oneNode())) {
      nodes.add(node(runId, cgroup, "n2"));
    }
    List<Pod> pods = new ArrayList<>();
    Map<String, Pair> pairs = new LinkedHashMap<>();
    Map<Mesh, List<Pair>> meshes = new LinkedHashMap<>();
    for (PodsTreatment treatment : treatments) {
      if (!pairs.containsKey(treatment.pair())) {
        Pod client = pod(runId, "client-" + treatment.pair(), nodes, 1, pods.size());
        pods.add(client);
        int node = treatment.oneNode() ? 1 : 2;
        Pod server = pod(runId, "server-" + treatment.pair(), nodes, node, pods.size());
        pods.add(server);
        Pair pair = new Pair(client, server);
        pairs.put(treatment.pair(), pair);
        meshes.computeIfAbsent(treatment.mesh(), m -> new ArrayList<>()).add(pair);
      }
    }
    return new PodsLayout(new Layout(nodes, pods), pairs, meshes);
  }

  private static Node node(String runId, Path cgroup, String name) {
    return new Node(name, RunNames.netns(runId, name), cgroup.resolve(name));
  }

  private static Pod pod(String runId, String name, List<Node> nodes, int node, int number) {
    return new Pod(
        name,
        nodes.get(node - 1),
        RunNames.netns(runId, name),
        Addresses.pod4(node, number),
        Addresses.pod6(node, number));
  }
}
