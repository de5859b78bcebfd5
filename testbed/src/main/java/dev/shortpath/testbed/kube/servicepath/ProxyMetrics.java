package dev.shortpath.testbed.kube.servicepath;

import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.TestbedException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a node's kube-proxy says of itself on its metrics port (Kubernetes v1.34.1,
 * pkg/proxy/metrics/metrics.go, and {@code /proxyMode} of cmd/kube-proxy).
 *
 * @param node its name
 * @param address where it is reached
 */
public record ProxyMetrics(String node, InetSocketAddress address) {
  /** kube-proxy's own by default. */
  public static final int PORT = 10_249;

  private static final String PREFIX = "kubeproxy_sync_proxy_rules_";
  private static final Pattern FAMILY = Pattern.compile("[{,]ip_family=\"(\\w+)\"");
  private static final long PAUSE_MILLIS = 100;
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(LIMIT).build();

  /**
   * A reading.
   *
   * @param services changes of Services that it has heard of; each counts once for each family
   * @param slices changes of EndpointSlices that it has heard of
   * @param families by kube-proxy's names of them
   */
  record Reading(long services, long slices, Map<String, Syncs> families) {
    /** Whether it has heard of so much more than at an earlier reading. */
    boolean heard(Reading mark, long services, long slices) {
      return this.services >= mark.services + services && this.slices >= mark.slices + slices;
    }

    long syncs() {
      return families.values().stream().mapToLong(Syncs::count).sum();
    }

    double seconds() {
      return families.values().stream().mapToDouble(Syncs::seconds).sum();
    }
  }

  /**
   * How one family's rules were written.
   *
   * @param queued when there was last something to do, in seconds of the clock
   * @param done when it was last written, likewise
   * @param count how often it was, all that goes with it included
   * @param seconds that this took
   */
  record Syncs(double queued, double done, long count, double seconds) {}

  Reading read() throws TestbedException, InterruptedException {
    return parse(get("/metrics"));
  }

  /** {@code iptables} or {@code nftables}. */
  public String mode() throws TestbedException, InterruptedException {
    return get("/proxyMode").strip();
  }

  static Reading parse(String text) {
    Map<String, Double> values = new HashMap<>();
    Set<String> families = new TreeSet<>();
    for (String line : text.lines().filter(l -> l.startsWith(PREFIX)).toList()) {
      int end = line.lastIndexOf(' ');
      Matcher family = FAMILY.matcher(line);
      String of = family.find() ? family.group(1) : "";
      if (!of.isEmpty()) {
        families.add(of);
      }
      int labels = line.indexOf('{');
      String name = line.substring(PREFIX.length(), labels < 0 ? end : labels);
      values.put(name + of, Double.parseDouble(line.substring(end + 1)));
    }
    Map<String, Syncs> syncs = new TreeMap<>();
    for (String family : families) {
      syncs.put(
          family,
          new Syncs(
              values.getOrDefault("last_queued_timestamp_seconds" + family, 0.0),
              values.getOrDefault("last_timestamp_seconds" + family, 0.0),
              values.getOrDefault("duration_seconds_count" + family, 0.0).longValue(),
              values.getOrDefault("duration_seconds_sum" + family, 0.0)));
    }
    return new Reading(
        values.getOrDefault("service_changes_total", 0.0).longValue(),
        values.getOrDefault("endpoint_changes_total", 0.0).longValue(),
        syncs);
  }

  /** A node is ready before its kube-proxy answers, and answers before it knows every path. */
  private String get(String path) throws TestbedException, InterruptedException {
    long end = System.nanoTime() + Remote.SOON.toNanos();
    while (true) {
      try {
        return ask(path);
      } catch (TestbedException e) {
        if (System.nanoTime() > end) {
          throw e;
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  private String ask(String path) throws TestbedException, InterruptedException {
    URI uri =
        URI.create(
            "http://" + address.getAddress().getHostAddress() + ":" + address.getPort() + path);
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
