package dev.shortpath.testbed.kube.servicepath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.idle.Idle;
import dev.shortpath.testbed.kube.Cluster;
import dev.shortpath.testbed.servicepath.ServicePathParameters;
import dev.shortpath.testbed.servicepath.ServicePathTreatment;
import dev.shortpath.testbed.tool.Tools;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Topology {@code service-path} on clusters, as far as it takes none. */
class ServicePathWordsTest {
  private final ServicePathTopology topology = new Anywhere();

  /** As if it were all the same there. */
  private static final class Anywhere extends ServicePathTopology {
    Anywhere() {
      super("k3s");
    }

    @Override
    protected List<String> missing() {
      return List.of();
    }

    @Override
    protected List<String> missing(ServicePathParameters parameters) {
      return List.of();
    }

    @Override
    protected List<String> missing(Idle idle) {
      return List.of();
    }

    @Override
    protected int nodesBeside(List<ServicePathTreatment> treatments) {
      return 1;
    }

    @Override
    protected Surroundings surroundings(Cluster cluster, TestbedRequest request, Tools tools) {
      throw new UnsupportedOperationException();
    }
  }

  private TestbedRequest request(Map<String, String> parameters, List<Treatment> treatments) {
    return new TestbedRequest("a1b2c3", "service-path", parameters, treatments, Path.of("/x"));
  }

  private List<String> missing(Treatment... treatments) {
    return topology.missing(request(Map.of(), List.of(treatments)));
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
    assertTrue(lines.toString().contains("use --topology-parameter endpoints=1"), lines.toString());
  }

  private static ProxyMetrics.Reading reading(
      int services, double queued, double done, int syncs, double seconds) {
    return ProxyMetrics.parse(
        """
        # HELP kubeproxy_sync_proxy_rules_service_changes_total [ALPHA] changes
        kubeproxy_sync_proxy_rules_service_changes_total %d
        kubeproxy_sync_proxy_rules_endpoint_changes_total 7
        kubeproxy_sync_proxy_rules_endpoint_changes_pending 0
        kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds{ip_family="IPv4"} %s
        kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds{ip_family="IPv6"} 100
        kubeproxy_sync_proxy_rules_last_timestamp_seconds{ip_family="IPv4"} %s
        kubeproxy_sync_proxy_rules_last_timestamp_seconds{ip_family="IPv6"} 1.01e+02
        kubeproxy_sync_proxy_rules_duration_seconds_bucket{ip_family="IPv4",le="0.001"} 0
        kubeproxy_sync_proxy_rules_duration_seconds_sum{ip_family="IPv4"} %s
        kubeproxy_sync_proxy_rules_duration_seconds_sum{ip_family="IPv6"} 0.25
        kubeproxy_sync_proxy_rules_duration_seconds_count{ip_family="IPv4"} %d
        kubeproxy_sync_proxy_rules_duration_seconds_count{ip_family="IPv6"} 2
        """
            .formatted(services, queued, done, seconds, syncs));
  }

  @Test
  void whatKubeProxySaysIsReadByFamily() {
    ProxyMetrics.Reading reading = reading(4, 100, 101, 3, 0.5);
    assertEquals(4, reading.services());
    assertEquals(7, reading.slices());
    assertEquals(new ProxyMetrics.Syncs(100, 101, 3, 0.5), reading.families().get("IPv4"));
    assertEquals(5, reading.syncs());
    assertEquals(0.75, reading.seconds());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 5, -5})
  void whatIsHeardOfDuringASyncComesWithTheNextOneWhateverTheClocksSay(double skew) {
    ProxyMetrics.Reading mark = reading(4, 100, 101, 3, 0.5);
    Programmed change = new Programmed(mark, 1, 0, 200 + skew);
    assertFalse(change.by(mark, 200.1 + skew), "it has not heard of the change");
    assertFalse(change.by(reading(5, 200.2, 101, 3, 0.5), 200.3 + skew), "it has not written");
    // A sync from 199.9 to 200.9, which the change at 200.2 came too late for.
    assertFalse(change.by(reading(5, 200.2, 200.9, 4, 1.5), 201 + skew));
    assertTrue(change.by(reading(5, 200.2, 201.4, 5, 1.9), 201.41 + skew));
  }

  @Test
  void whatOthersChangeAfterwardsIsNotWaitedFor() {
    ProxyMetrics.Reading mark = reading(4, 100, 101, 3, 0.5);
    Programmed change = new Programmed(mark, 1, 0, 200);
    assertFalse(change.by(reading(5, 200.2, 101, 3, 0.5), 200.3));
    assertFalse(change.by(reading(5, 200.2, 101, 3, 0.5), 200.4));
    // Ours is written from 201.0 to 201.4; somebody else's change came at 201.3.
    assertTrue(change.by(reading(6, 201.3, 201.4, 4, 0.9), 201.41));
  }

  @Test
  void syncsThatNobodySawEndAreWaitedOut() {
    ProxyMetrics.Reading mark = reading(4, 100, 101, 3, 0.5);
    Programmed change = new Programmed(mark, 1, 0, 200);
    ProxyMetrics.Reading two = reading(5, 200.2, 201.9, 5, 2.4);
    assertFalse(change.by(two, 202), "two syncs at once: when the last began is unknown");
    // Three seconds, and four times what a sync usually took: 2.4 s in five of them.
    assertFalse(change.by(two, 206.8));
    assertTrue(change.by(two, 207));
  }
}
