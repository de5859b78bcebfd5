package dev.shortpath.testbed.netns;

import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.place.Site;
import dev.shortpath.testbed.remote.LocalProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the report says of topology {@code service-path}. */
final class ServicePathDescription {
  private static final Path CONNTRACK_MAX = Path.of("/proc/sys/net/netfilter/nf_conntrack_max");

  /** More Services than so many are beyond what iptables is used for. */
  private static final int MANY_RULES = 20_000;

  private static final Duration LIMIT = Duration.ofSeconds(10);

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
    workers.values().forEach(worker -> parts.putAll(worker.plane().parts()));
    warning(treatments).ifPresent(text -> parts.put("warning", text));
  }

  /** What is allowed and yet not advised. */
  static Optional<String> warning(List<ServicePathTreatment> treatments) {
    return treatments.stream()
        .filter(t -> t.plane().startsWith("iptables") && t.services() > MANY_RULES)
        .max(Comparator.comparingInt(ServicePathTreatment::services))
        .map(
            t ->
                "%s with %d Services: loading takes long, and a new connection passes every rule"
                    .formatted(t.plane(), t.services()));
  }

  private static String version(Site site, String tool)
      throws TestbedException, InterruptedException {
    String program = site.tools().locate(tool).toString();
    Result result = LocalProcess.run(tool, List.of(program, "-V"), "", LIMIT);
    return result.ok() ? result.lastWord() : "of unknown version";
  }

  private static String conntrackMax() throws TestbedException {
    try {
      return Files.readString(CONNTRACK_MAX).strip();
    } catch (IOException e) {
      throw new TestbedException(CONNTRACK_MAX + " cannot be read: " + e.getMessage(), e);
    }
  }
}
