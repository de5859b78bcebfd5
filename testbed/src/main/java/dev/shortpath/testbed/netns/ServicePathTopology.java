package dev.shortpath.testbed.netns;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Testbed;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.dataplane.DataPlanes;
import dev.shortpath.testbed.idle.Idle;
import dev.shortpath.testbed.servicepath.ServicePathParameters;
import dev.shortpath.testbed.servicepath.ServicePathTreatment;
import dev.shortpath.testbed.tool.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Topology {@code service-path}: client – router – worker – pods, dual stack (Leiter et al.,
 * Infocommunications Journal, March 2025, section 4). There is a worker for each combination of
 * data plane, protocol and traffic policy that the treatments name, all set up at once.
 */
final class ServicePathTopology implements Topology {
  /** It is there when the kernel has IPv6. */
  private static final Path IPV6 = Path.of("/proc/net/if_inet6");

  private final Path ipv6;

  ServicePathTopology() {
    this(IPV6);
  }

  ServicePathTopology(Path ipv6) {
    this.ipv6 = ipv6;
  }

  @Override
  public String name() {
    return "service-path";
  }

  @Override
  public Map<String, List<String>> factors() {
    return ServicePathTreatment.factors(DataPlanes.names());
  }

  @Override
  public List<String> missing(TestbedRequest request, Tools tools) {
    List<String> lines = new ArrayList<>(tools.missing("tc", "conntrack"));
    if (!Files.exists(ipv6)) {
      lines.add(
          "topology service-path is dual stack and this kernel has no IPv6: start it without"
              + " ipv6.disable=1");
    }
    ServicePathParameters parameters = null;
    try {
      parameters = ServicePathParameters.of(request.parameters());
    } catch (TestbedException e) {
      lines.add(e.getMessage());
    }
    List<ServicePathTreatment> treatments = new ArrayList<>();
    for (Treatment treatment : request.treatments()) {
      try {
        ServicePathTreatment wanted = ServicePathTreatment.of(treatment, DataPlanes.names());
        treatments.add(wanted);
        if (parameters != null) {
          wanted.check(parameters);
        }
      } catch (TestbedException e) {
        lines.add(e.getMessage());
      }
    }
    treatments.stream()
        .map(ServicePathTreatment::plane)
        .distinct()
        .map(plane -> DataPlanes.find(plane).orElseThrow().missing(tools))
        .forEach(lines::addAll);
    treatments.stream()
        .map(ServicePathTreatment::idle)
        .distinct()
        .map(Idle::missing)
        .forEach(lines::addAll);
    return lines.stream().distinct().toList();
  }

  @Override
  public List<String> warnings(TestbedRequest request) {
    List<ServicePathTreatment> treatments = new ArrayList<>();
    for (Treatment treatment : request.treatments()) {
      try {
        treatments.add(ServicePathTreatment.of(treatment, DataPlanes.names()));
      } catch (TestbedException e) {
        // missing() says so.
      }
    }
    return List.copyOf(ServicePathDescription.warnings(treatments).values());
  }

  @Override
  public Testbed open(TestbedRequest request, Tools tools)
      throws TestbedException, InterruptedException {
    ServicePathParameters parameters = ServicePathParameters.of(request.parameters());
    List<ServicePathTreatment> treatments = new ArrayList<>();
    for (Treatment treatment : request.treatments()) {
      treatments.add(ServicePathTreatment.of(treatment, DataPlanes.names()));
    }
    return NetnsTestbed.open(
        request, tools, site -> ServicePathParts.make(site, request, parameters, treatments));
  }
}
