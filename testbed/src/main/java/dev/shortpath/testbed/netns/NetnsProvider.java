package dev.shortpath.testbed.netns;

import dev.shortpath.harness.testbed.Testbed;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedProvider;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.run.RunId;
import dev.shortpath.testbed.tool.Tools;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Testbed {@code netns}: root on a Linux machine, nothing else. */
public final class NetnsProvider implements TestbedProvider {
  private final Tools tools = Tools.here();

  @Override
  public String name() {
    return "netns";
  }

  @Override
  public String summary() {
    return "nodes and pods as network namespaces of this machine (needs root)";
  }

  @Override
  public List<String> topologies() {
    return Topologies.names();
  }

  @Override
  public Map<String, List<String>> factors(String topology) {
    return Topologies.find(topology).map(Topology::factors).orElse(Map.of());
  }

  @Override
  public List<String> missing(TestbedRequest request) {
    List<String> lines = new ArrayList<>(Machine.missing(tools));
    Optional<Topology> topology = Topologies.find(request.topology());
    if (topology.isEmpty()) {
      lines.add(noTopology(request));
    } else {
      lines.addAll(topology.get().missing(request, tools));
    }
    lines.addAll(tools.missing(request.tools().toArray(String[]::new)));
    return lines.stream().distinct().toList();
  }

  @Override
  public List<String> warnings(TestbedRequest request) {
    return Topologies.find(request.topology())
        .map(topology -> topology.warnings(request))
        .orElse(List.of());
  }

  private static String noTopology(TestbedRequest request) {
    return "testbed netns has no topology '"
        + request.topology()
        + "'; it has "
        + String.join(", ", Topologies.names());
  }

  @Override
  public Testbed open(TestbedRequest request) throws TestbedException, InterruptedException {
    RunId.check(request.runId());
    Topology topology =
        Topologies.find(request.topology())
            .orElseThrow(() -> new TestbedException(noTopology(request)));
    return topology.open(request, tools);
  }

  @Override
  public List<String> clean() {
    return new Leftovers(tools).removeDead();
  }
}
