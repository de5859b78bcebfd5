package dev.shortpath.testbed.kube;

import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.TestbedException;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetStatus;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The sockmap agents of a trial: a DaemonSet that is restricted to the trial's nodes. It is there
 * as long as the shortcut is on; without it nothing is attached.
 *
 * @param pods of the run
 * @param nodes that are to have an agent
 */
record AgentDaemonSet(Pods pods, List<Node> nodes) {
  /** Its name in the run's namespace. */
  static final String NAME = "agent";

  /** On its pods, and on no other of the run's. */
  static final Map<String, String> SELECTOR = Map.of("app.kubernetes.io/component", "agent");

  private static final String WHAT = "DaemonSet " + NAME;
  private static final long PAUSE_MILLIS = 50;

  AgentDaemonSet {
    nodes = List.copyOf(nodes);
  }

  /**
   * Makes it and waits until every node's agent is attached.
   *
   * @param port that they serve
   * @throws TestbedException as {@link #awaitAttached}, or with what the API server says
   */
  List<NodeAgent> attach(PodManifests manifests, int port)
      throws TestbedException, InterruptedException {
    DaemonSet wanted = manifests.agents(nodes.stream().map(Node::name).toList(), port);
    ApiServer.ask(WHAT + " cannot be made", () -> pods.client().resource(wanted).create());
    return awaitAttached(manifests.images());
  }

  /**
   * Waits until every node has one agent, as the DaemonSet now wants it, and it is attached.
   *
   * @return the agents, in the order of the nodes
   * @throws TestbedException with what Kubernetes says of the one that is not
   */
  List<NodeAgent> awaitAttached(Images images) throws TestbedException, InterruptedException {
    long end = System.nanoTime() + 2 * Remote.SOON.toNanos();
    while (true) {
      DaemonSet set = find();
      boolean late = System.nanoTime() > end;
      List<Pod> ready = ready(set, late);
      if (ready.size() == nodes.size() && isRolledOut(set)) {
        List<NodeAgent> agents = new ArrayList<>();
        for (int i = 0; i < ready.size(); i++) {
          images.check(images.agent(), ready.get(i));
          agents.add(NodeAgent.of(pods, nodes.get(i), ready.get(i)));
        }
        return agents;
      }
      if (late) {
        throw new TestbedException(WHAT + " is not rolled out: try again on a quieter cluster");
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  /** The nodes' pods that are ready; those that cannot become so, or are late, are a failure. */
  private List<Pod> ready(DaemonSet set, boolean late)
      throws TestbedException, InterruptedException {
    List<Pod> there =
        pods.labelled(SELECTOR).stream()
            .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
            .toList();
    List<Pod> ready = new ArrayList<>();
    for (Node node : nodes) {
      Optional<Pod> pod = of(node, there);
      if (pod.isPresent() && Readiness.isPodReady(pod.get())) {
        ready.add(pod.get());
        continue;
      }
      PodState state = pod.isPresent() ? PodState.of(pod.get()) : noPod(set);
      if (late || state.hopeless()) {
        throw state.failure(
            "the agent of node "
                + node.name()
                + " is not attached: "
                + state.text()
                + pod.map(p -> pods.lastLine(p.getMetadata().getName())).orElse(""));
      }
    }
    return ready;
  }

  /** The node's pod; as long as it has none, one that no node has taken yet. */
  private static Optional<Pod> of(Node node, List<Pod> pods) {
    return pods.stream()
        .filter(pod -> node.name().equals(pod.getSpec().getNodeName()))
        .findFirst()
        .or(() -> pods.stream().filter(pod -> pod.getSpec().getNodeName() == null).findFirst());
  }

  /** Why a node has no pod: the controller tells it by events alone. */
  private PodState noPod(DaemonSet set) throws TestbedException, InterruptedException {
    return ApiServer.ask(
            "events of " + WHAT,
            () ->
                pods.client()
                    .v1()
                    .events()
                    .inNamespace(pods.namespace())
                    .withField("involvedObject.uid", set.getMetadata().getUid())
                    .withField("reason", "FailedCreate")
                    .list()
                    .getItems())
        .stream()
        .map(Event::getMessage)
        .filter(Objects::nonNull)
        .findFirst()
        .map(why -> new PodState(WHAT + ": " + why, !Pods.tooEarly(why)))
        .orElse(new PodState(WHAT + " has no pod there: see that no taint keeps it off", false));
  }

  /** Whether its controller has seen what is wanted now, and has it on every node. */
  private boolean isRolledOut(DaemonSet set) {
    DaemonSetStatus status = set.getStatus();
    Integer wanted = nodes.size();
    return Objects.equals(status.getObservedGeneration(), set.getMetadata().getGeneration())
        && wanted.equals(status.getUpdatedNumberScheduled())
        && wanted.equals(status.getNumberReady());
  }

  private DaemonSet find() throws TestbedException, InterruptedException {
    DaemonSet set = ApiServer.ask(WHAT, resource()::get);
    if (set == null) {
      throw new TestbedException(WHAT + " is gone: somebody else has deleted it");
    }
    return set;
  }

  private Resource<DaemonSet> resource() {
    return pods.client().apps().daemonSets().inNamespace(pods.namespace()).withName(NAME);
  }

  /**
   * Detaches all of them: deletes it, its pods first, and waits until they are gone; nothing of
   * them is in the kernel then. Does nothing where it is not there.
   *
   * @throws TestbedException when it does not go away
   */
  void remove() throws TestbedException, InterruptedException {
    ApiServer.ask(
        WHAT, () -> resource().withPropagationPolicy(DeletionPropagation.FOREGROUND).delete());
    long end = System.nanoTime() + Remote.SOON.toNanos();
    while (ApiServer.ask(WHAT, resource()::get) != null || !pods.labelled(SELECTOR).isEmpty()) {
      if (System.nanoTime() > end) {
        throw new TestbedException(WHAT + " does not go away");
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }
}
