package dev.shortpath.testbed.dataplane;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.remote.LocalProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code shortpath-lb} at work on a node. */
final class EbpfRunning implements RunningDataPlane {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration ATTACHING = Duration.ofSeconds(20);
  private static final long PAUSE_MILLIS = 5;

  private final LocalProcess process;
  private final EbpfControl control;
  private final Path log;
  private Map<String, String> parts = Map.of();
  private List<ServicePort> services = List.of();

  EbpfRunning(LocalProcess process, EbpfControl control, Path log) {
    this.process = process;
    this.control = control;
    this.log = log;
  }

  /** It listens once its programs are attached. */
  void awaitAttached() throws TestbedException, InterruptedException {
    long end = System.nanoTime() + ATTACHING.toNanos();
    while (true) {
      check();
      try {
        JsonNode status = status();
        parts =
            Map.of(
                Ebpf.PROGRAM,
                status.path("version").asText()
                    + ", this project's own TC programs: a stand-in for Cilium's kube-proxy"
                    + " replacement",
                "attachment",
                status.path("attach").asText());
        return;
      } catch (TestbedException e) {
        if (System.nanoTime() > end) {
          throw e;
        }
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  @Override
  public void load(List<ServicePort> now) throws TestbedException {
    ServiceCheck.check(now);
    check();
    control.ask(EbpfLines.load(now), LIMIT);
    services = List.copyOf(now);
  }

  @Override
  public void update(List<ServicePort> now) throws TestbedException {
    ServiceCheck.check(now);
    check();
    ServiceChanges changes = ServiceChanges.between(services, now);
    if (!changes.isEmpty()) {
      control.ask(EbpfLines.update(changes), LIMIT);
    }
    services = List.copyOf(now);
  }

  @Override
  public List<String> compile(List<ServicePort> now) throws TestbedException {
    ServiceCheck.check(now);
    return List.of(EbpfLines.load(now));
  }

  @Override
  public void forget() throws TestbedException {
    check();
    control.ask("forget\n", LIMIT);
  }

  /** Entries in the map that the programs look Services up in. */
  @Override
  public int counted() throws TestbedException {
    JsonNode held = status().path("frontends");
    int nodePorts = (int) services.stream().filter(s -> s.nodePort() != 0).count();
    int least = Integer.MAX_VALUE;
    for (String family : List.of("ipv4", "ipv6")) {
      int missing = Math.max(0, nodePorts - held.path("node_port").path(family).asInt());
      least = Math.min(least, held.path("cluster_ip").path(family).asInt() - missing);
    }
    return Math.max(0, least);
  }

  @Override
  public Map<String, Long> counters() throws TestbedException {
    JsonNode held = status().path("counters");
    Map<String, Long> counters = new TreeMap<>();
    held.fields()
        .forEachRemaining(
            field -> counters.put(field.getKey().replace('_', '-'), field.getValue().asLong()));
    counters.put("translated.ipv4", held.path("flows_ipv4").asLong());
    counters.put("translated.ipv6", held.path("flows_ipv6").asLong());
    return counters;
  }

  @Override
  public Map<String, Long> memory() throws TestbedException {
    Map<String, Long> memory = new TreeMap<>();
    status()
        .path("memory")
        .fields()
        .forEachRemaining(field -> memory.put("map." + field.getKey(), field.getValue().asLong()));
    return memory;
  }

  /** Every place where a Service is reached and its endpoints, a line each, from the maps. */
  List<String> dump() throws TestbedException {
    List<String> lines = new ArrayList<>();
    control.ask("dump\n", LIMIT).path("frontends").forEach(line -> lines.add(line.asText()));
    return lines;
  }

  private JsonNode status() throws TestbedException {
    check();
    return control.ask("status\n", LIMIT);
  }

  @Override
  public Map<String, String> parts() {
    return parts;
  }

  /** The packet path is in the kernel; the program only waits for requests. */
  @Override
  public Map<String, Path> cgroups() {
    return Map.of();
  }

  @Override
  public void check() throws TestbedException {
    if (!process.alive()) {
      throw new TestbedException(Ebpf.PROGRAM + " died: " + lastWord());
    }
  }

  private String lastWord() {
    try {
      List<String> lines = Files.readAllLines(log);
      return lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1);
    } catch (IOException e) {
      return "its log cannot be read: " + e.getMessage();
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
