package dev.shortpath.testbed.kube;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.idle.Idling;
import dev.shortpath.testbed.tool.Digest;
import dev.shortpath.testbed.tool.Tools;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A pair of pods for each placement that the treatments name, all of them standing at once, so that
 * a treatment only has to choose its pair and to attach the agents.
 */
final class StandingPods implements Standing {
  private final Images images;
  private final Pods pods;
  private final PodManifests manifests;
  private final List<PodsTreatment> treatments;
  private final boolean onThisMachine;
  private final Map<String, String> parts = new TreeMap<>();
  private final Map<String, PodPair> pairs = new HashMap<>();

  private StandingPods(
      Images images, Pods pods, List<PodsTreatment> treatments, boolean onThisMachine) {
    this.images = images;
    this.pods = pods;
    this.manifests = new PodManifests(pods.runId(), images);
    this.treatments = List.copyOf(treatments);
    this.onThisMachine = onThisMachine;
  }

  /**
   * Makes the pods and waits until they are ready.
   *
   * @throws TestbedException saying which of them is not
   */
  static StandingPods make(
      Cluster cluster,
      TestbedRequest request,
      List<PodsTreatment> treatments,
      boolean onThisMachine,
      Tools tools)
      throws TestbedException, InterruptedException {
    Pods pods = new Pods(cluster.client(), request.runId());
    StandingPods standing = new StandingPods(cluster.images(), pods, treatments, onThisMachine);
    standing.setUp(cluster.nodes());
    standing.describe(request.tools(), tools);
    return standing;
  }

  private void setUp(List<Node> nodes) throws TestbedException, InterruptedException {
    Map<String, List<Node>> placements = placements(treatments, nodes);
    for (Pod pod : manifests(manifests, placements)) {
      pods.create(pod);
    }
    for (Map.Entry<String, List<Node>> placement : placements.entrySet()) {
      List<Node> on = placement.getValue();
      PodPair.Member client = member("client", placement.getKey(), on.get(0));
      PodPair.Member server = member("server", placement.getKey(), on.get(1));
      pairs.put(placement.getKey(), new PodPair(client, server));
    }
  }

  /** By the pair's name, where its client and its server are. */
  static Map<String, List<Node>> placements(List<PodsTreatment> treatments, List<Node> nodes) {
    Map<String, List<Node>> placements = new LinkedHashMap<>();
    for (PodsTreatment treatment : treatments) {
      Node server = treatment.oneNode() ? nodes.get(0) : nodes.get(1);
      placements.put(treatment.pair(), List.of(nodes.get(0), server));
    }
    return placements;
  }

  static List<Pod> manifests(PodManifests manifests, Map<String, List<Node>> placements) {
    List<Pod> all = new ArrayList<>();
    placements.forEach(
        (pair, on) -> {
          all.add(manifests.waiting("client-" + pair, on.get(0).name()));
          all.add(manifests.waiting("server-" + pair, on.get(1).name()));
        });
    return all;
  }

  private PodPair.Member member(String role, String pair, Node node)
      throws TestbedException, InterruptedException {
    Pod pod = pods.awaitReady(role + "-" + pair);
    images.check(images.workload(), pod);
    boolean ipv6 = treatments.stream().anyMatch(t -> t.ipv6() && t.pair().equals(pair));
    if (ipv6 && Pods.address(pod, true) == null) {
      throw new TestbedException(
          "pod " + role + "-" + pair + " has no IPv6 address: use --set ip-family=ipv4");
    }
    return PodPair.Member.of(pods, node, role, pod);
  }

  private void describe(List<String> programs, Tools tools) {
    parts.put("image workload", images.workload().describe());
    Stream.concat(Stream.of("shortpath-tether"), programs.stream())
        .forEach(
            program ->
                parts.put(
                    "program " + program,
                    tools.find(program).map(Digest::describe).orElse("not there")));
    treatments.forEach(t -> parts.putAll(t.shortcut().parts(tools)));
    if (treatments.stream().anyMatch(t -> t.shortcut().redirects())) {
      parts.put("image agent", images.agent().describe());
    }
  }

  @Override
  public Map<String, String> describe() {
    return parts;
  }

  @Override
  public Scene prepare(Treatment treatment) throws TestbedException, InterruptedException {
    return scene(PodsTreatment.of(treatment));
  }

  private Scene scene(PodsTreatment treatment) throws TestbedException, InterruptedException {
    PodPair pair = pairs.get(treatment.pair());
    if (pair == null) {
      throw new TestbedException(
          "the testbed was not set up for "
              + (treatment.oneNode() ? "pods on one node" : "pods on two nodes"));
    }
    Optional<AgentDaemonSet> set =
        treatment.shortcut().redirects()
            ? Optional.of(new AgentDaemonSet(pods, pair.nodes()))
            : Optional.empty();
    Idling idling = onThisMachine ? treatment.idle().begin() : Idling.elsewhere();
    boolean stands = false;
    try {
      List<NodeAgent> agents =
          set.isPresent() ? set.get().attach(manifests, PodsScene.PORT) : List.of();
      stands = true;
      return new PodsScene(
          treatment, pair, agents, idling, () -> set.ifPresent(StandingPods::remove));
    } finally {
      if (!stands) {
        idling.close();
        set.ifPresent(StandingPods::remove);
      }
    }
  }

  /** Where they cannot be had, the agents go with their nodes: the next trial fails and says so. */
  private static void remove(AgentDaemonSet set) {
    try {
      set.remove();
    } catch (TestbedException e) {
      // Its name is taken: that is what the next trial will say.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
