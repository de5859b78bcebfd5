package dev.shortpath.testbed.k3s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.TestbedRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Topology {@code service-path} on {@code k3s}, as far as it takes neither Docker nor a cluster.
 */
class ServicePathWordsTest {
  private final ServicePathTopology topology = new ServicePathTopology();

  private TestbedRequest request(Map<String, String> parameters, List<Treatment> treatments) {
    return new TestbedRequest("a1b2c3", "service-path", parameters, treatments, Path.of("/x"));
  }

  private List<String> missing(Treatment... treatments) {
    return topology.missing(request(Map.of(), List.of(treatments))).stream()
        .filter(line -> !line.contains("sudo"))
        .toList();
  }

  private static Treatment treatment(String... levels) {
    Map<String, String> all = new TreeMap<>(Map.of("services", "3"));
    for (String level : levels) {
      all.put(level.split("=")[0], level.split("=")[1]);
    }
    return new Treatment(all);
  }

  @ParameterizedTest
  @CsvSource({"iptables-legacy", "ebpf"})
  void whatAClusterCannotDoIsRefusedByName(String plane) {
    List<String> lines = missing(treatment("service-data-plane=" + plane));
    assertEquals(1, lines.size(), lines.toString());
    assertTrue(lines.get(0).contains("'" + plane + "'; it has none, iptables-nft, nftables"));
    assertFalse(topology.factors().get("service-data-plane").contains(plane));
  }

  @Test
  void whatAllServicesHaveCannotDiffer() {
    Treatment tcp = treatment("service-data-plane=nftables", "protocol=tcp");
    assertEquals(List.of(), missing(tcp, tcp));
    List<String> lines = missing(tcp, treatment("service-data-plane=nftables", "protocol=udp"));
    assertEquals(1, lines.size(), lines.toString());
    assertTrue(lines.get(0).endsWith("use --set protocol=tcp"), lines.get(0));
    lines = missing(tcp, treatment("service-data-plane=nftables", "traffic-policy=cluster"));
    assertTrue(lines.get(0).endsWith("use --set traffic-policy=cluster"), lines.get(0));
  }

  @Test
  void withTwoPlanesEveryWayLeadsToTheWorkersOwnPod() {
    Treatment one = treatment("service-data-plane=nftables", "access=cluster-ip");
    assertEquals(List.of(), missing(one));
    Treatment other = treatment("service-data-plane=iptables-nft");
    List<String> lines = missing(one, other);
    assertEquals(1, lines.size(), lines.toString());
    assertTrue(lines.get(0).contains("or --set access=node-port"), lines.get(0));
    assertEquals(List.of(), missing(treatment("service-data-plane=nftables"), other));
  }

  @Test
  void aWorkerForEachPlaneAndOneForNone() throws Exception {
    assertEquals(
        List.of("iptables", "nftables"),
        topology
            .needs(
                request(
                    Map.of(),
                    List.of(
                        treatment("service-data-plane=nftables"),
                        treatment("service-data-plane=none"),
                        treatment("service-data-plane=iptables-nft"))))
            .proxyModes());
    assertEquals(
        List.of("iptables"),
        topology
            .needs(request(Map.of(), List.of(treatment("service-data-plane=none"))))
            .proxyModes());
  }

  @Test
  void aPodHasOneAddress() {
    List<String> lines =
        topology.missing(
            request(Map.of("endpoints", "3"), List.of(treatment("service-data-plane=nftables"))));
    assertTrue(lines.toString().contains("use --parameter endpoints=1"), lines.toString());
  }

  @Test
  void kubeProxyIsIdleWhenItHasWrittenAllThatItHeardOf() {
    String text =
        """
        # HELP kubeproxy_sync_proxy_rules_service_changes_total [ALPHA] changes
        kubeproxy_sync_proxy_rules_service_changes_total %d
        kubeproxy_sync_proxy_rules_endpoint_changes_total 7
        kubeproxy_sync_proxy_rules_endpoint_changes_pending 0
        kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds{ip_family="IPv4"} 1.76e+09
        kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds{ip_family="IPv6"} 1.7600000005e+09
        kubeproxy_sync_proxy_rules_last_timestamp_seconds{ip_family="IPv4"} 1.760000001e+09
        kubeproxy_sync_proxy_rules_last_timestamp_seconds{ip_family="IPv6"} %s
        kubeproxy_sync_proxy_rules_duration_seconds_sum{ip_family="IPv4"} 0.5
        kubeproxy_sync_proxy_rules_duration_seconds_sum{ip_family="IPv6"} 0.25
        kubeproxy_sync_proxy_rules_duration_seconds_count{ip_family="IPv4"} 3
        kubeproxy_sync_proxy_rules_duration_seconds_count{ip_family="IPv6"} 2
        """;
    ProxyMetrics.Reading mark = ProxyMetrics.parse(text.formatted(4, "1.760000001e+09"));
    assertEquals(new ProxyMetrics.Reading(4, 7, 1.7600000005e9, 1.760000001e9, 5, 0.75), mark);
    assertTrue(mark.after(mark, 0, 0));
    assertFalse(mark.after(mark, 1, 0), "it has not heard of the change");
    ProxyMetrics.Reading heard = ProxyMetrics.parse(text.formatted(6, "1.7600000004e+09"));
    assertFalse(heard.after(mark, 2, 0), "one family has not written it");
    assertTrue(ProxyMetrics.parse(text.formatted(6, "1.76000001e+09")).after(mark, 2, 0));
  }
}
