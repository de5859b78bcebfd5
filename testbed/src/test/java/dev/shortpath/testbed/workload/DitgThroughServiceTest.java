package dev.shortpath.testbed.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.metric.Sample;
import dev.shortpath.harness.testbed.Attestation;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.Testbed;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.harness.testbed.Traffic;
import dev.shortpath.harness.workload.Parameter;
import dev.shortpath.harness.workload.ditg.Ditg;
import dev.shortpath.testbed.netns.NetnsProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * D-ITG's flows by NodePort: the receiver must not bind to the Service's address, of which its
 * sender tells it.
 */
@Tag("netns")
class DitgThroughServiceTest {
  @TempDir static Path work;

  @Test
  void flowsArriveByNodePort() throws Exception {
    List<Treatment> treatments = new ArrayList<>();
    for (String protocol : List.of("tcp", "udp")) {
      for (String family : List.of("ipv4", "ipv6")) {
        treatments.add(treatment(protocol, family));
      }
    }
    Ditg workload = new Ditg();
    TestbedRequest request =
        new TestbedRequest("wditg2", "service-path", Map.of(), treatments, workload.tools(), work);
    NetnsProvider provider = new NetnsProvider();
    List<String> missing = provider.missing(request);
    assumeTrue(missing.isEmpty(), String.join("; ", missing));
    try (Testbed testbed = provider.open(request)) {
      for (Treatment treatment : treatments) {
        arrives(workload, testbed, treatment);
      }
    }
  }

  private static void arrives(Ditg workload, Testbed testbed, Treatment treatment)
      throws Exception {
    Map<String, String> parameters = new HashMap<>();
    for (Parameter parameter : workload.parameters()) {
      parameters.put(parameter.name(), parameter.defaultValue());
    }
    parameters.put("seconds", "1");
    parameters.put("attempts", "3");
    List<Sample> samples = new ArrayList<>();
    Path output = Files.createTempDirectory(work, "out");
    try (Scene scene = testbed.prepare(treatment)) {
      Map<String, Long> before = new TreeMap<>(scene.counters());
      Traffic traffic = workload.run(scene, parameters, samples::add, output);
      Attestation attestation = scene.attest(before, scene.counters(), traffic);
      assertTrue(attestation.attested(), treatment + ": " + attestation.reason());
      assertTrue(traffic.messagesToServer() > 100, treatment + ": " + traffic);
    }
    String metric = treatment.level("protocol", "").equals("udp") ? "delay" : "throughput";
    assertEquals(1, samples.stream().filter(s -> s.metric().equals(metric)).count());
  }

  private static Treatment treatment(String protocol, String family) {
    Map<String, String> levels = new TreeMap<>();
    levels.put("service-data-plane", "iptables-legacy");
    levels.put("services", "3");
    levels.put("protocol", protocol);
    levels.put("ip-family", family);
    levels.put("position", "last");
    levels.put("access", "node-port");
    levels.put("traffic-policy", "local");
    return new Treatment(levels);
  }
}
