package dev.shortpath.testbed.cluster;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.kube.Needs;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which of a cluster's nodes a run uses: those that are named, else the first that can be used. */
final class NodeChoice {
  /** So many nodes more may be asked for the mode of their kube-proxy. */
  private static final int ASKED = 6;

  private NodeChoice() {}

  /**
   * Chooses.
   *
   * @param named by the user, empty for any
   * @return as many as are needed; where kube-proxy's mode decides, some more to choose from
   * @throws TestbedException saying of each node that is left out why
   */
  static List<Node> of(List<Node> all, List<String> named, Needs needs) throws TestbedException {
    int wanted = needs.allNodes();
    List<Node> fit = new ArrayList<>();
    List<String> unfit = new ArrayList<>();
    for (Node node : candidates(all, named)) {
      Optional<String> why = unfit(node);
      if (why.isEmpty()) {
        fit.add(node);
      } else {
        unfit.add(name(node) + " " + why.get());
      }
    }
    boolean namedUnfit = !named.isEmpty() && !unfit.isEmpty();
    if (fit.size() >= wanted && !namedUnfit) {
      // Which of them are workers is found out by asking their kube-proxies.
      int most = needs.kernels() ? wanted + ASKED : wanted;
      return List.copyOf(fit.subList(0, Math.min(fit.size(), most)));
    }
    throw new TestbedException(
        "testbed cluster: %d node%s needed, %d can be used%s%s"
            .formatted(
                wanted,
                wanted == 1 ? " is" : "s are",
                fit.size(),
                unfit.isEmpty() ? "" : ": " + String.join("; ", unfit),
                wanted == 2 && fit.size() == 1 && !needs.kernels()
                    ? ": use --set placement=one-node"
                    : ""));
  }

  private static List<Node> candidates(List<Node> all, List<String> named) throws TestbedException {
    if (named.isEmpty()) {
      return all.stream().sorted(Comparator.comparing(NodeChoice::name)).toList();
    }
    List<Node> candidates = new ArrayList<>();
    for (String name : named) {
      candidates.add(
          all.stream()
              .filter(node -> name(node).equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new TestbedException(
                          "testbed cluster: there is no node '%s'; there is %s"
                              .formatted(
                                  name,
                                  String.join(
                                      ", ", all.stream().map(NodeChoice::name).toList())))));
    }
    return candidates;
  }

  private static String name(Node node) {
    return node.getMetadata().getName();
  }

  /** Why a node cannot be used. */
  private static Optional<String> unfit(Node node) {
    boolean ready =
        node.getStatus().getConditions().stream()
            .filter(c -> c.getType().equals("Ready"))
            .map(NodeCondition::getStatus)
            .anyMatch("True"::equals);
    if (!ready) {
      return Optional.of("is not ready");
    }
    if (Boolean.TRUE.equals(node.getSpec().getUnschedulable())) {
      return Optional.of("is cordoned");
    }
    for (Taint taint : node.getSpec().getTaints()) {
      if (!taint.getEffect().equals("PreferNoSchedule")) {
        return Optional.of("has taint " + taint.getKey() + ":" + taint.getEffect());
      }
    }
    String os = node.getStatus().getNodeInfo().getOperatingSystem();
    String architecture = node.getStatus().getNodeInfo().getArchitecture();
    if (!os.equals("linux") || !architecture.equals(here())) {
      return Optional.of("is " + os + "/" + architecture + ", the images are linux/" + here());
    }
    Map<String, Quantity> room = node.getStatus().getAllocatable();
    Quantity pods = room == null ? null : room.get("pods");
    return pods == null || pods.getNumericalAmount().signum() > 0
        ? Optional.empty()
        : Optional.of("takes no pods");
  }

  /** The images are built of this machine's programs. */
  private static String here() {
    String name = System.getProperty("os.arch");
    return name.equals("aarch64") ? "arm64" : name;
  }
}
