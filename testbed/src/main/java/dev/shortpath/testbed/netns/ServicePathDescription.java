package dev.shortpath.testbed.netns;

import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.dataplane.DataPlanes;
import dev.shortpath.testbed.place.Site;
import dev.shortpath.testbed.remote.LocalProcess;
import dev.shortpath.testbed.servicepath.ServicePathParameters;
import dev.shortpath.testbed.servicepath.ServicePathTreatment;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the report says of topology {@code service-path}. */
final class ServicePathDescription {
  private static final Path CONNTRACK_MAX = Path.of("/proc/sys/net/netfilter/nf_conntrack_max");

  private ServicePathDescription() {}

  /** Adds parts and versions. */
  static void add(
      Map<String, String> parts,
      Site site,
      ServicePathParameters parameters,
      List<ServicePathTreatment> treatments,
      Map<String, RunningWorker> workers)
      throws TestbedException, InterruptedException {
    parts.put("links", "client–router and router–workers: " + parameters.link().describe());
    parts.put("workers", workers.size() + ": " + String.join(", ", workers.keySet()));
    parts.put(
        "services",
        "at most %d of type NodePort, %d endpoint%s each, session affinity %s"
            .formatted(
                parameters.nodePorts(),
                parameters.endpoints(),
                parameters.endpoints() == 1 ? "" : "s",
                parameters.affinitySeconds() == 0
                    ? "none"
                    : parameters.affinitySeconds() + " s by client IP"));
    for (String tool : List.of("ip", "tc")) {
      parts.put("tool " + tool, version(site, tool));
    }
    if (Files.isReadable(CONNTRACK_MAX)) {
      parts.put("conntrack", "at most " + conntrackMax() + " flows a worker (the host's setting)");
    }
    workers.values().forEach(worker -> parts.putAll(worker.services().plane().parts()));
    parts.putAll(warnings(treatments));
  }

  /** What is allowed and yet not advised: what data planes say of the most Services asked for. */
  static Map<String, String> warnings(List<ServicePathTreatment> treatments) {
    Map<String, Integer> most = new LinkedHashMap<>();
    treatments.forEach(t -> most.merge(t.plane(), t.services(), Math::max));
    Map<String, String> warnings = new LinkedHashMap<>();
    most.forEach(
        (plane, services) -> {
          String warning = DataPlanes.find(plane).orElseThrow().warning(services);
          if (!warning.isEmpty()) {
            warnings.put("warning: " + plane, warning);
          }
        });
    return warnings;
  }

  private static String version(Site site, String tool)
      throws TestbedException, InterruptedException {
    String program = site.tools().locate(tool).toString();
    Result result = LocalProcess.run(tool, List.of(program, "-V"), "", Remote.SOON);
    return result.ok() ? result.lastWord() : "of unknown version";
  }

  private static String conntrackMax() throws TestbedException {
    // A sysctl tells all of itself to the first read alone: Files.readString begins with one byte.
    try (BufferedReader in = Files.newBufferedReader(CONNTRACK_MAX)) {
      return in.readLine();
    } catch (IOException e) {
      throw new TestbedException(CONNTRACK_MAX + " cannot be read: " + e.getMessage(), e);
    }
  }
}
