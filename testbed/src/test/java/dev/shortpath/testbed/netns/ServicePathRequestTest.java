package dev.shortpath.testbed.netns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.dataplane.DataPlanes;
import dev.shortpath.testbed.servicepath.LinkShape;
import dev.shortpath.testbed.servicepath.ServicePathTreatment;
import dev.shortpath.testbed.tool.Tools;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What topology {@code service-path} refuses, a line each. */
class ServicePathRequestTest {
  @TempDir Path work;

  private List<String> missing(Map<String, String> parameters, Map<String, String> levels) {
    TestbedRequest request =
        new TestbedRequest(
            "a1b2c3", "service-path", parameters, List.of(new Treatment(levels)), work);
    return new ServicePathTopology().missing(request, Tools.here());
  }

  @ParameterizedTest
  @CsvSource({
    "link-mbit, fast, Mbit/s from",
    "link-mbit, 0, Mbit/s from",
    "link-mbit, -5, Mbit/s from",
    "link-mbit, 1e3, Mbit/s from",
    "node-ports, 2768, 0 to 2767",
    "node-ports, many, 0 to 2767",
    "endpoints, 0, 1 to 100",
    "endpoints, 101, 1 to 100",
    "affinity-s, 86401, 0 to 86400",
    "bridges, 1, has no parameter 'bridges'; it has link-mbit"
  })
  void parametersAreChecked(String name, String value, String said) {
    List<String> lines = missing(Map.of(name, value), Map.of());
    assertEquals(1, lines.size(), lines.toString());
    assertTrue(lines.get(0).contains(said) && lines.get(0).contains(name), lines.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "services, many, 0 to 100000",
    "services, 100001, 0 to 100000",
    "services, -1, 0 to 100000",
    "services, 99999999999, 0 to 100000",
    "protocol, sctp, 'tcp, udp'",
    "access, load-balancer, 'node-port, cluster-ip'",
    "mesh, none, cannot switch factor 'mesh'"
  })
  void levelsAreChecked(String factor, String level, String said) {
    List<String> lines = missing(Map.of(), Map.of(factor, level));
    assertEquals(1, lines.size(), lines.toString());
    assertTrue(lines.get(0).contains(said), lines.toString());
  }

  @Test
  void targetMustExist() {
    String plane =
        ServicePathTreatment.factors(DataPlanes.names()).get("service-data-plane").get(1);
    Map<String, String> none = Map.of("service-data-plane", plane, "services", "0");
    assertTrue(missing(Map.of(), none).get(0).contains("0 Services leads nowhere"));
    Map<String, String> one = Map.of("service-data-plane", plane, "services", "1");
    assertTrue(missing(Map.of("node-ports", "0"), one).get(0).contains("node-ports 0"));
    assertEquals(List.of(), missing(Map.of(), one));
    Map<String, String> direct = Map.of("service-data-plane", "none", "services", "0");
    assertEquals(List.of(), missing(Map.of(), direct), "without a data plane none is needed");
  }

  @Test
  void whatDataPlanesWarnOfIsSaid() throws TestbedException {
    Map<String, String> many = Map.of("service-data-plane", "iptables-nft", "services", "100000");
    assertEquals(List.of(), missing(Map.of(), many), "a warning is no refusal");
    List<ServicePathTreatment> treatments = new ArrayList<>();
    for (String plane : DataPlanes.names()) {
      for (String services : List.of("100000", "1")) {
        treatments.add(
            ServicePathTreatment.of(
                new Treatment(Map.of("service-data-plane", plane, "services", services)),
                DataPlanes.names()));
      }
    }
    Map<String, String> expected = new TreeMap<>();
    for (String plane : DataPlanes.names()) {
      expected.put("warning: " + plane, DataPlanes.find(plane).orElseThrow().warning(100_000));
    }
    expected.values().removeIf(String::isEmpty);
    assertTrue(expected.containsKey("warning: iptables-legacy"), expected::toString);
    assertEquals(expected, ServicePathDescription.warnings(treatments));
    treatments.removeIf(t -> t.services() > 1);
    assertEquals(Map.of(), ServicePathDescription.warnings(treatments));
  }

  @ParameterizedTest
  @CsvSource({
    "iptables-nft, 100000, iptables-nft with 100000 Services: every change",
    "iptables-legacy, 100000, iptables-legacy with 100000 Services: every change",
    "iptables-legacy, 20000, ''",
    "nftables, 20000, ''",
    "ebpf, 100000, ''",
    "none, 100000, ''"
  })
  void manyServicesAreAllowedAndWarnedOf(String plane, String services, String said) {
    Map<String, String> levels = Map.of("service-data-plane", plane, "services", services);
    assertEquals(List.of(), missing(Map.of(), levels));
    TestbedRequest request =
        new TestbedRequest(
            "a1b2c3", "service-path", Map.of(), List.of(new Treatment(levels)), work);
    List<String> warnings = new NetnsProvider().warnings(request);
    assertEquals(said.isEmpty() ? 0 : 1, warnings.size(), warnings.toString());
    assertTrue(said.isEmpty() || warnings.get(0).startsWith(said), warnings.toString());
  }

  @Test
  void ipv6IsNeeded() {
    TestbedRequest request =
        new TestbedRequest(
            "a1b2c3", "service-path", Map.of(), List.of(new Treatment(Map.of())), work);
    List<String> lines =
        new ServicePathTopology(work.resolve("if_inet6")).missing(request, Tools.here());
    assertEquals(1, lines.size());
    assertTrue(lines.get(0).contains("no IPv6"));
  }

  @Test
  void linksAreShaped() throws TestbedException {
    assertEquals(
        "qdisc add dev eth0 root tbf rate 500000000bit burst 131072 limit 1250000",
        LinkShape.of("500").line("eth0"));
    assertEquals(
        "qdisc add dev eth0 root tbf rate 12500000bit burst 131072 limit 524288",
        LinkShape.of("12.5").line("eth0"));
    assertEquals(
        "qdisc add dev eth0 root tbf rate 40000000000bit burst 10000000 limit 100000000",
        LinkShape.of("40000").line("eth0"));
    assertTrue(!LinkShape.of("none").shaped());
    assertEquals("not shaped", LinkShape.of("none").describe());
    assertTrue(LinkShape.of("0.5").describe().startsWith("0.5 Mbit/s each way"));
  }
}
