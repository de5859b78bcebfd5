package dev.shortpath.harness.testbed;

import dev.shortpath.harness.experiment.Treatment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a run needs of a testbed, known before anything is started.
 *
 * @param runId unique on this machine, 6 characters of {@code [a-z0-9]}; everything that is made
 *     carries it
 * @param topology name of the layout
 * @param parameters of the topology
 * @param treatments every treatment that the run will ask for
 * @param tools programs that the workloads start on the hosts
 * @param workDirectory an existing directory for the logs of the testbed's parts; kept with the run
 */
public record TestbedRequest(
    String runId,
    String topology,
    Map<String, String> parameters,
    List<Treatment> treatments,
    List<String> tools,
    Path workDirectory) {
  public TestbedRequest {
    parameters = Map.copyOf(parameters);
    treatments = List.copyOf(treatments);
    tools = List.copyOf(tools);
  }

  /** A request of a run whose workloads need no program that could be missing. */
  public TestbedRequest(
      String runId,
      String topology,
      Map<String, String> parameters,
      List<Treatment> treatments,
      Path workDirectory) {
    this(runId, topology, parameters, treatments, List.of(), workDirectory);
  }
}
