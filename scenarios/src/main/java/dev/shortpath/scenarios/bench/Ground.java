package dev.shortpath.scenarios.bench;

import dev.shortpath.harness.catalog.Catalog;
import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.metric.Sample;
import dev.shortpath.harness.store.Directories;
import dev.shortpath.harness.testbed.Attestation;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.Testbed;
import dev.shortpath.harness.testbed.TestbedProvider;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.harness.testbed.Traffic;
import dev.shortpath.harness.workload.Parameter;
import dev.shortpath.harness.workload.Workload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What benchmarks stand on: a testbed with the treatments that they ask for. */
final class Ground implements AutoCloseable {
  private static final String RUN_ID = "bench1";
  private static final List<Treatment> ON_K3S = List.of(treatment("none", "off", "one-node"));
  private static final List<String> PING_ECHO = List.of("pingecho");

  private final Catalog catalog = Catalog.load();
  private final Path directory;
  private final Testbed testbed;

  private Ground(
      String testbed,
      Path directory,
      String topology,
      Map<String, String> parameters,
      List<Treatment> treatments,
      List<String> tools)
      throws Exception {
    this.directory = directory;
    TestbedProvider provider = catalog.testbed(testbed);
    TestbedRequest request =
        new TestbedRequest(RUN_ID, topology, parameters, treatments, tools, directory);
    List<String> missing = provider.missing(request);
    if (!missing.isEmpty()) {
      throw new IllegalStateException(String.join("; ", missing));
    }
    this.testbed = provider.open(request);
  }

  private static Ground open(
      String testbed,
      String topology,
      Map<String, String> parameters,
      List<Treatment> treatments,
      List<String> tools)
      throws Exception {
    Path directory = Files.createTempDirectory("shortpath-bench-");
    try {
      return new Ground(testbed, directory, topology, parameters, treatments, tools);
    } catch (Exception e) {
      Directories.delete(directory);
      throw e;
    }
  }

  /** Pods on one node and on two, as in the experiment eztunnel. */
  static Ground pods() throws Exception {
    return open(
        "netns",
        "pods",
        Map.of(),
        List.of(
            treatment("none", "off", "one-node"),
            treatment("none", "sockmap", "one-node"),
            treatment("none", "off", "two-nodes"),
            treatment("none", "sockmap", "two-nodes"),
            treatment("ambient", "sockmap", "one-node")),
        List.of("pingecho", "sockperf"));
  }

  /** Two pods on a node that treats what passes between them as a Kubernetes node does. */
  static Ground nodeWithRules() throws Exception {
    return open("netns", "pods", Map.of("node-rules", "iptables-nft"), ON_K3S, PING_ECHO);
  }

  /** Two pods on the one node of a Kubernetes of its own. */
  static Ground k3s() throws Exception {
    return open("k3s", "pods", Map.of(), ON_K3S, PING_ECHO);
  }

  /** What this machine lacks for {@link #k3s}, a line each. */
  static List<String> missingForK3s() {
    return missing("k3s", ON_K3S);
  }

  private static List<String> missing(String testbed, List<Treatment> treatments) {
    Path anywhere = Path.of(System.getProperty("java.io.tmpdir"));
    return Catalog.load()
        .testbed(testbed)
        .missing(new TestbedRequest(RUN_ID, "pods", Map.of(), treatments, PING_ECHO, anywhere));
  }

  /**
   * The same with the machine's processors kept awake, so that none has to be woken for a message;
   * as it is where this machine cannot.
   */
  static Treatment awake(Treatment treatment) {
    Map<String, String> levels = new LinkedHashMap<>(treatment.levels());
    levels.put("idle", "awake");
    Treatment awake = new Treatment(levels);
    return missing("netns", List.of(awake)).isEmpty() ? awake : treatment;
  }

  /** A worker for each Service data plane, links shaped as in the experiment service-scaling. */
  static Ground services() throws Exception {
    List<Treatment> treatments = new ArrayList<>();
    for (String plane : List.of("iptables-legacy", "iptables-nft", "nftables", "ebpf")) {
      treatments.add(treatment(plane, 1, "tcp"));
    }
    return open("netns", "service-path", Map.of(), treatments, List.of("connects"));
  }

  /** What the rates of the eBPF data plane are held against, links as fast as they go. */
  static Ground unshaped() throws Exception {
    return open(
        "netns",
        "service-path",
        Map.of("link-mbit", "none"),
        List.of(
            treatment("nftables", 1, "udp"),
            treatment("ebpf", 1, "udp"),
            treatment("ebpf", 1, "tcp"),
            treatment("none", 1, "tcp")),
        List.of("rates"));
  }

  /** A treatment of the experiment eztunnel, IPv4. */
  static Treatment treatment(String mesh, String shortcut, String placement) {
    Map<String, String> levels = new LinkedHashMap<>();
    levels.put("mesh", mesh);
    levels.put("shortcut", shortcut);
    levels.put("placement", placement);
    levels.put("ip-family", "ipv4");
    return new Treatment(levels);
  }

  /** A treatment of the experiment service-scaling: the last of the NodePorts, IPv4. */
  static Treatment treatment(String plane, int services, String protocol) {
    Map<String, String> levels = new LinkedHashMap<>();
    levels.put("service-data-plane", plane);
    levels.put("services", Integer.toString(services));
    levels.put("protocol", protocol);
    levels.put("ip-family", "ipv4");
    levels.put("position", "last");
    levels.put("access", "node-port");
    levels.put("traffic-policy", "local");
    return new Treatment(levels);
  }

  /** A directory for this session's files. */
  Path directory() {
    return directory;
  }

  Scene prepare(Treatment treatment) throws Exception {
    return testbed.prepare(treatment);
  }

  /** Median latency in ns of one run of a workload, its defaults overridden, its path attested. */
  double p50(Treatment treatment, String workload, Map<String, String> parameters)
      throws Exception {
    return median(treatment, workload, "latency", parameters);
  }

  /** Likewise, of the samples of any metric, in its unit. */
  double median(Treatment treatment, String workload, String metric, Map<String, String> parameters)
      throws Exception {
    Workload found = catalog.workload(workload);
    Map<String, String> complete =
        found.parameters().stream()
            .collect(Collectors.toMap(Parameter::name, Parameter::defaultValue));
    complete.putAll(parameters);
    List<Sample> samples = new ArrayList<>();
    Path output = Files.createTempDirectory(directory, "output-");
    try (Scene scene = prepare(treatment)) {
      Map<String, Long> before = scene.counters();
      Traffic traffic = found.run(scene, complete, samples::add, output);
      Attestation path = scene.attest(before, scene.counters(), traffic);
      if (!path.attested()) {
        throw new IllegalStateException(treatment + ": path not attested: " + path.reason());
      }
    }
    return Alternating.median(
        samples.stream()
            .filter(sample -> sample.metric().equals(metric))
            .mapToDouble(Sample::value)
            .toArray());
  }

  @Override
  public void close() throws Exception {
    testbed.close();
    Directories.delete(directory);
  }
}
