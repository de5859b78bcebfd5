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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  private static final Pattern FAMILY = Pattern.compile("ip_family=\"([^\"]*)\"");

  /**
   * A reading. kube-proxy writes each family by itself, and an EndpointSlice concerns one alone:
   * the other has nothing to write then.
   *
   * @param services changes of Services that it has heard of; each counts once for each family
   * @param slices changes of EndpointSlices that it has heard of
   * @param pending changes that it has heard of and that no writing has begun with
   * @param queued by family: when it last had something to do, in seconds
   * @param done by family: when it last had written all that it had to, in seconds
   * @param syncs how often it has written
   * @param seconds that this took
   */
  record Reading(
      long services,
      long slices,
      long pending,
      Map<String, Double> queued,
      Map<String, Double> done,
      long syncs,
      double seconds) {
    /** Whether it has heard of so much more than at an earlier reading, and written it all. */
    boolean after(Reading mark, long services, long slices) {
      return this.services >= mark.services + services
          && this.slices >= mark.slices + slices
          && pending == 0
          && queued.entrySet().stream()
              .allMatch(family -> done.getOrDefault(family.getKey(), 0.0) > family.getValue());
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
    Map<String, Double> queued = new HashMap<>();
    Map<String, Double> done = new HashMap<>();
    for (String line : text.lines().filter(l -> l.startsWith(PREFIX)).toList()) {
      int end = line.lastIndexOf(' ');
      int labels = line.indexOf('{');
      String name = line.substring(PREFIX.length(), labels < 0 ? end : labels);
      double value = Double.parseDouble(line.substring(end + 1));
      sums.merge(name, value, Double::sum);
      if (name.equals("last_queued_timestamp_seconds")) {
        queued.put(family(line), value);
      } else if (name.equals("last_timestamp_seconds")) {
        done.put(family(line), value);
      }
    }
    return new Reading(
        sums.getOrDefault("service_changes_total", 0.0).longValue(),
        sums.getOrDefault("endpoint_changes_total", 0.0).longValue(),
        Math.round(
            sums.getOrDefault("service_changes_pending", 0.0)
                + sums.getOrDefault("endpoint_changes_pending", 0.0)),
        queued,
        done,
        sums.getOrDefault("duration_seconds_count", 0.0).longValue(),
        sums.getOrDefault("duration_seconds_sum", 0.0));
  }

  private static String family(String line) {
    Matcher family = FAMILY.matcher(line);
    return family.find() ? family.group(1) : "";
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
