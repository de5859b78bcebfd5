package dev.shortpath.testbed.kube;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.tool.Tools;
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
   * Sets it up on a cluster that was started for it; what it makes goes with the cluster.
   *
   * @throws TestbedException saying which part failed
   */
  Standing make(Cluster cluster, TestbedRequest request, Tools tools)
      throws TestbedException, InterruptedException;
}
