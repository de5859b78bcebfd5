package dev.shortpath.testbed.kube;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.tool.Tools;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;

/** A layout on a cluster. A new one is a new class, and a word in the providers that have it. */
public interface Topology {
  /** As experiments name it. */
  String name();

  /** The factors that it can switch, each with its levels. */
  Map<String, List<String>> factors();

  /** What of the request it does not know, a line each; changes nothing. */
  List<String> missing(TestbedRequest request);

  /**
   * What the request needs of the cluster.
   *
   * @throws TestbedException when it has a treatment that the topology does not know
   */
  Needs needs(TestbedRequest request) throws TestbedException;

  /**
   * What it would make at most in the run's namespace, for {@code --dry-run}.
   *
   * @param nodes as many as it needs
   * @throws TestbedException when it has nothing to show, or does not know a treatment
   */
  default List<? extends HasMetadata> manifests(
      TestbedRequest request, List<Node> nodes, Images images) throws TestbedException {
    throw new TestbedException("topology " + name() + " has nothing to show for --dry-run");
  }

  /**
   * Sets it up on a cluster that was started for it; what it makes goes with the cluster.
   *
   * @throws TestbedException saying which part failed
   */
  Standing make(Cluster cluster, TestbedRequest request, Tools tools)
      throws TestbedException, InterruptedException;
}
