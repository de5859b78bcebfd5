package dev.shortpath.testbed.k3s;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.Testbed;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.remote.Together;
import dev.shortpath.testbed.run.Work;
import dev.shortpath.testbed.tool.Digest;
import dev.shortpath.testbed.tool.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/**
 * A cluster with a pair of pods for each placement that the treatments name, all of them standing
 * at once, so that a treatment only has to choose its pair and to attach the agents.
 */
final class K3sTestbed implements Testbed {
  private final String runId;
  private final String image;
  private final Tools tools;
  private final Work work;
  private final Map<String, PodPair> pairs = new HashMap<>();
  private List<K3sTreatment> treatments;
  private List<String> programs;
  private Cluster cluster;
  private Pods pods;
  private Images images;

  private K3sTestbed(String runId, String image, Tools tools) throws TestbedException {
    this.runId = runId;
    this.image = image;
    this.tools = tools;
    this.work = Work.endedBy(this::close);
  }

  /**
   * Sets a cluster up; what was made is removed again when this fails.
   *
   * @throws TestbedException saying which part failed
   */
  static K3sTestbed open(
      TestbedRequest request, List<K3sTreatment> treatments, String image, Tools tools)
      throws TestbedException, InterruptedException {
    K3sTestbed testbed = new K3sTestbed(request.runId(), image, tools);
    boolean stands = false;
    try {
      testbed.work.perform(() -> testbed.setUp(request, treatments));
      stands = true;
      return testbed;
    } finally {
      if (!stands) {
        testbed.close();
      }
    }
  }

  private Void setUp(TestbedRequest request, List<K3sTreatment> wanted)
      throws TestbedException, InterruptedException {
    if (!Files.isDirectory(request.workDirectory())) {
      throw new TestbedException("there is no directory " + request.workDirectory());
    }
    if (!Docker.remains(runId).isEmpty()) {
      throw new TestbedException("a run of id " + runId + " is going on");
    }
    treatments = List.copyOf(wanted);
    programs = request.tools();
    images = Images.build(tools);
    cluster = new Cluster(runId, image);
    cluster.start(
        images,
        wanted.stream().anyMatch(t -> !t.oneNode()),
        wanted.stream().anyMatch(K3sTreatment::ipv6));
    pods = new Pods(cluster.client(), runId);
    pods.makeNamespace();
    for (K3sTreatment treatment : wanted) {
      List<String> nodes = Cluster.placement(treatment.oneNode());
      if (pairs.putIfAbsent(treatment.pair(), new PodPair(null, null)) == null) {
        pods.create(
            Pods.waiting("client-" + treatment.pair(), nodes.get(0), images.workload().name()));
        pods.create(
            Pods.waiting("server-" + treatment.pair(), nodes.get(1), images.workload().name()));
      }
    }
    for (K3sTreatment treatment : wanted) {
      List<String> nodes = Cluster.placement(treatment.oneNode());
      pairs.put(
          treatment.pair(),
          new PodPair(
              member("client", treatment, nodes.get(0)),
              member("server", treatment, nodes.get(1))));
    }
    return null;
  }

  private PodPair.Member member(String role, K3sTreatment treatment, String node)
      throws TestbedException, InterruptedException {
    return PodPair.Member.of(
        pods, cluster.node(node), role, pods.awaitReady(role + "-" + treatment.pair()));
  }

  @Override
  public Map<String, String> parts() {
    Map<String, String> parts = new TreeMap<>();
    parts.put("testbed", cluster.describe());
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
    return parts;
  }

  @Override
  public Scene prepare(Treatment treatment) throws TestbedException, InterruptedException {
    return work.perform(() -> scene(K3sTreatment.of(treatment)));
  }

  private Scene scene(K3sTreatment treatment) throws TestbedException, InterruptedException {
    PodPair pair = pairs.get(treatment.pair());
    if (pair == null) {
      throw new TestbedException(
          "the testbed was not set up for "
              + (treatment.oneNode() ? "pods on one node" : "pods on two nodes"));
    }
    Map<NodeAgent, Path> agents = new LinkedHashMap<>();
    if (treatment.shortcut().redirects()) {
      pair.nodes().forEach(node -> agents.put(new NodeAgent(pods, node), node.cgroup()));
    }
    boolean stands = false;
    try {
      for (NodeAgent agent : agents.keySet()) {
        agent.create(images.agent().name(), K3sScene.PORT);
      }
      for (Map.Entry<NodeAgent, Path> agent : agents.entrySet()) {
        agent.setValue(agent.getKey().awaitAttached());
      }
      stands = true;
      List<NodeAgent> list = List.copyOf(agents.keySet());
      return new K3sScene(treatment, pair, agents, () -> remove(list));
    } finally {
      if (!stands) {
        remove(List.copyOf(agents.keySet()));
      }
    }
  }

  /** Where it cannot be had, the agent goes with its node: the next trial fails and says so. */
  private static void remove(List<NodeAgent> agents) {
    List<Callable<Void>> removals = new ArrayList<>();
    for (NodeAgent agent : agents) {
      removals.add(
          () -> {
            agent.remove();
            return null;
          });
    }
    try {
      Together.all(removals);
    } catch (TestbedException e) {
      // Its name is taken: that is what the next trial will say.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    work.close(
        () -> {
          if (cluster != null) {
            cluster.remove();
            cluster = null;
          }
        });
  }
}
