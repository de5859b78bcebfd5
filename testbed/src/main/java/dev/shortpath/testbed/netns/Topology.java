package dev.shortpath.testbed.netns;

import dev.shortpath.harness.testbed.Testbed;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.tool.Tools;
import java.util.List;
import java.util.Map;

/** A layout of nodes and pods. A new one is a new class and a line in {@link Topologies}. */
interface Topology {
  /** As experiments name it. */
  String name();

  /** The factors that it can switch, each with its levels. */
  Map<String, List<String>> factors();

  /** What stands in the way of the request, a line each with the remedy; changes nothing. */
  List<String> missing(TestbedRequest request, Tools tools);

  /** What is allowed and yet hardly sensible, a line each. */
  default List<String> warnings(TestbedRequest request) {
    return List.of();
  }

  /**
   * Sets it up. What it made is removed again when this fails.
   *
   * @throws TestbedException saying which part failed
   */
  Testbed open(TestbedRequest request, Tools tools) throws TestbedException, InterruptedException;
}
