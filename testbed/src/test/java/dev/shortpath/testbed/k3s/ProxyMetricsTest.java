package dev.shortpath.testbed.k3s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What kube-proxy's metrics say of its work, and when a change counts as written. */
final class ProxyMetricsTest {
  /** In the form of Kubernetes v1.34.1. */
  private static ProxyMetrics.Reading reading(
      int services,
      int slices,
      int pending,
      double queued4,
      double done4,
      double queued6,
      double done6) {
    return ProxyMetrics.parse(
        """
        # TYPE kubeproxy_sync_proxy_rules_service_changes_total counter
        kubeproxy_sync_proxy_rules_service_changes_total %d
        kubeproxy_sync_proxy_rules_endpoint_changes_total %d
        kubeproxy_sync_proxy_rules_service_changes_pending 0
        kubeproxy_sync_proxy_rules_endpoint_changes_pending %d
        kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds{ip_family="IPv4"} %s
        kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds{ip_family="IPv6"} %s
        kubeproxy_sync_proxy_rules_last_timestamp_seconds{ip_family="IPv4"} %s
        kubeproxy_sync_proxy_rules_last_timestamp_seconds{ip_family="IPv6"} %s
        kubeproxy_sync_proxy_rules_duration_seconds_sum{ip_family="IPv4"} 0.5
        kubeproxy_sync_proxy_rules_duration_seconds_sum{ip_family="IPv6"} 0.25
        kubeproxy_sync_proxy_rules_duration_seconds_count{ip_family="IPv4"} 3
        kubeproxy_sync_proxy_rules_duration_seconds_count{ip_family="IPv6"} 4
        """
            .formatted(services, slices, pending, queued4, queued6, done4, done6));
  }

  private static final ProxyMetrics.Reading MARK =
      reading(10, 20, 0, 1.7e9, 1.7e9 + 1, 1.7e9, 1.7e9 + 1);

  @Test
  void bothFamiliesAreAdded() {
    assertEquals(7, MARK.syncs());
    assertEquals(0.75, MARK.seconds());
  }

  @Test
  void aChangeIsOverWhenItWasHeardOfAndWritten() {
    assertTrue(reading(12, 21, 0, 1.7e9 + 2, 1.7e9 + 3, 1.7e9 + 2, 1.7e9 + 3).after(MARK, 2, 1));
    assertFalse(reading(11, 21, 0, 1.7e9 + 2, 1.7e9 + 3, 1.7e9 + 2, 1.7e9 + 3).after(MARK, 2, 1));
    assertFalse(reading(12, 20, 0, 1.7e9 + 2, 1.7e9 + 3, 1.7e9 + 2, 1.7e9 + 3).after(MARK, 2, 1));
  }

  @Test
  void aFamilyThatHadNothingToWriteIsNotWaitedFor() {
    // The other's EndpointSlice came later than its own last writing.
    assertTrue(reading(10, 21, 0, 1.7e9, 1.7e9 + 1, 1.7e9 + 5, 1.7e9 + 6).after(MARK, 0, 1));
    assertFalse(reading(10, 21, 0, 1.7e9, 1.7e9 + 1, 1.7e9 + 5, 1.7e9 + 4).after(MARK, 0, 1));
  }

  @Test
  void whatIsPendingIsNotWritten() {
    assertFalse(reading(10, 21, 1, 1.7e9, 1.7e9 + 1, 1.7e9 + 5, 1.7e9 + 6).after(MARK, 0, 1));
  }

  @Test
  void aFamilyThatHasNeverWrittenHasNotWritten() {
    String queued =
        "kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds{ip_family=\"IPv4\"} 5\n";
    assertFalse(ProxyMetrics.parse(queued).after(ProxyMetrics.parse(""), 0, 0));
  }
}
