package dev.shortpath.testbed.kube;

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
import java.util.stream.Collectors;

/** A testbed on a Kubernetes: its topologies are here, its cluster is the subclass's. */
public abstract class KubeProvider implements TestbedProvider {
  private final String name;
  private final List<Topology> topologies;
  private final Tools tools = Tools.here();

  /** A testbed of that name, with the topologies that its kind of cluster can carry. */
  protected KubeProvider(String name, Topology... topologies) {
    this.name = name;
    this.topologies = List.of(topologies);
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final List<String> topologies() {
    return topologies.stream().map(Topology::name).toList();
  }

  @Override
  public final Map<String, List<String>> factors(String topology) {
    return find(topology).map(Topology::factors).orElse(Map.of());
  }

  private Optional<Topology> find(String topology) {
    return topologies.stream().filter(t -> t.name().equals(topology)).findFirst();
  }

  /**
   * The topology that is asked for.
   *
   * @throws TestbedException where there is none of that name
   */
  protected final Topology topology(TestbedRequest request) throws TestbedException {
    return find(request.topology()).orElseThrow(() -> new TestbedException(noTopology(request)));
  }

  /** The programs of this build. */
  protected final Tools tools() {
    return tools;
  }

  @Override
  public final List<String> missing(TestbedRequest request) {
    List<String> lines = new ArrayList<>();
    Optional<Needs> needs = Optional.empty();
    Optional<Topology> topology = find(request.topology());
    if (topology.isEmpty()) {
      lines.add(noTopology(request));
    } else {
      lines.addAll(topology.get().missing(request));
      try {
        needs = Optional.of(topology.get().needs(request));
      } catch (TestbedException e) {
        lines.add(e.getMessage());
      }
    }
    for (String tool : request.tools()) {
      if (!ImagePrograms.WORKLOAD.contains(tool)) {
        lines.add(
            "testbed "
                + name
                + ": the workload's image has no program "
                + tool
                + "; it has "
                + ImagePrograms.WORKLOAD.stream().sorted().collect(Collectors.joining(", ")));
      }
    }
    Needs least = needs.orElse(new Needs(1, false, false));
    lines.addAll(Images.missing(tools, least.kernels()));
    lines.addAll(missing(least, request));
    return lines.stream().distinct().toList();
  }

  /** What the cluster lacks, or what is missing to make it, a line each; changes nothing. */
  protected abstract List<String> missing(Needs needs, TestbedRequest request);

  /**
   * A cluster for a request, not started yet.
   *
   * @throws TestbedException when that can be told to fail already
   */
  protected abstract Cluster cluster(TestbedRequest request) throws TestbedException;

  private String noTopology(TestbedRequest request) {
    return "testbed "
        + name
        + " has no topology '"
        + request.topology()
        + "'; it has "
        + String.join(", ", topologies());
  }

  @Override
  public final Testbed open(TestbedRequest request) throws TestbedException, InterruptedException {
    RunId.check(request.runId());
    Topology topology = topology(request);
    topology.needs(request);
    return KubeTestbed.open(request, topology, cluster(request), tools);
  }
}
