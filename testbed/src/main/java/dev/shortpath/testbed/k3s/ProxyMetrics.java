package dev.shortpath.testbed.k3s;

import dev.shortpath.harness.testbed.TestbedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * What a node's kube-proxy says of itself on its metrics port (Kubernetes v1.34.1,
 * pkg/proxy/metrics/metrics.go, and {@code /proxyMode} of cmd/kube-proxy).
 *
 * @param node its name
 * @param address where it listens
 */
record ProxyMetrics(String node, InetAddress address) {
  /** kube-proxy's own by default. */
  static final int PORT = 10_249;

  private static final String PREFIX = "kubeproxy_sync_proxy_rules_";
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(LIMIT).build();

  /**
   * A reading.
   *
   * @param services changes of Services that it has heard of; each counts once for each family
   * @param slices changes of EndpointSlices that it has heard of
   * @param queued when it last had something to do, in seconds; the latest of both families
   * @param done when it had last written all that it had to, in seconds; the earliest of both
   * @param syncs how often it has written
   * @param seconds that this took
   */
  record Reading(
      long services, long slices, double queued, double done, long syncs, double seconds) {
    /** Whether it has heard of so much more than at an earlier reading, and written it all. */
    boolean after(Reading mark, long services, long slices) {
      return this.services >= mark.services + services
          && this.slices >= mark.slices + slices
          && done > queued;
    }
  }

  Reading read() throws TestbedException, InterruptedException {
    return parse(get("/metrics"));
  }

  /** {@code iptables} or {@code nftables}. */
  String mode() throws TestbedException, InterruptedException {
    return get("/proxyMode").strip();
  }

  static Reading parse(String text) {
    Map<String, Double> sums = new HashMap<>();
    double queued = 0;
    double done = Double.MAX_VALUE;
    for (String line : text.lines().filter(l -> l.startsWith(PREFIX)).toList()) {
      int end = line.lastIndexOf(' ');
      int labels = line.indexOf('{');
      String name = line.substring(PREFIX.length(), labels < 0 ? end : labels);
      double value = Double.parseDouble(line.substring(end + 1));
      sums.merge(name, value, Double::sum);
      if (name.equals("last_queued_timestamp_seconds")) {
        queued = Math.max(queued, value);
      } else if (name.equals("last_timestamp_seconds")) {
        done = Math.min(done, value);
      }
    }
    return new Reading(
        sums.getOrDefault("service_changes_total", 0.0).longValue(),
        sums.getOrDefault("endpoint_changes_total", 0.0).longValue(),
        queued,
        done,
        sums.getOrDefault("duration_seconds_count", 0.0).longValue(),
        sums.getOrDefault("duration_seconds_sum", 0.0));
  }

  private String get(String path) throws TestbedException, InterruptedException {
    URI uri = URI.create("http://" + address.getHostAddress() + ":" + PORT + path);
    try {
      HttpRequest request = HttpRequest.newBuilder(uri).timeout(LIMIT).build();
      HttpResponse<String> answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new TestbedException(
            "kube-proxy of node %s: %s: status %d".formatted(node, path, answer.statusCode()));
      }
      return answer.body();
    } catch (IOException e) {
      throw new TestbedException(
          "kube-proxy of node " + node + " does not answer at " + uri + ": " + e.getMessage(), e);
    }
  }
}
