package dev.shortpath.testbed.mesh;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads the statistics of a sidecar's Envoy. */
final class EnvoyStats {
  /** Statistics prefixes of its TCP proxies; see {@link EnvoyConfig}. */
  private static final List<String> LISTENERS =
      List.of("outbound", "inbound", "plain", "passthrough");

  private static final Map<String, String> NAMES =
      Map.of(
          "downstream_cx_total", "connections",
          "downstream_cx_active", "active",
          "downstream_cx_rx_bytes_total", "bytes-to-server",
          "downstream_cx_tx_bytes_total", "bytes-to-client");

  private static final ObjectMapper JSON = new ObjectMapper();

  private EnvoyStats() {}

  /**
   * Counters of each of its TCP proxies below {@code prefix}, as {@link HaproxyStats#parse} names
   * them; 0 where Envoy, asked for used ones only, leaves one out.
   *
   * @param json answer to {@code GET /stats?format=json&usedonly}
   * @throws IOException when it is not such an answer
   */
  static Map<String, Long> parse(String prefix, String json) throws IOException {
    JsonNode stats = JSON.readTree(json).path("stats");
    if (!stats.isArray()) {
      throw new IOException("no \"stats\" in it");
    }
    Map<String, Long> counters = new TreeMap<>();
    for (String listener : LISTENERS) {
      NAMES.values().forEach(name -> counters.put(prefix + "." + listener + "." + name, 0L));
      counters.put(prefix + "." + listener + ".upstreams", 0L);
    }
    for (JsonNode stat : stats) {
      if (stat.path("value").isIntegralNumber()) {
        take(prefix, stat.path("name").asText(), stat.path("value").asLong(), counters);
      }
    }
    return counters;
  }

  private static void take(String prefix, String name, long value, Map<String, Long> counters) {
    for (String listener : LISTENERS) {
      String start = "tcp." + listener + ".";
      if (name.startsWith(start) && NAMES.containsKey(name.substring(start.length()))) {
        counters.put(
            prefix + "." + listener + "." + NAMES.get(name.substring(start.length())), value);
      }
    }
    if (name.startsWith("cluster.") && name.endsWith(".upstream_cx_total")) {
      counters.merge(prefix + "." + listenerOf(name) + ".upstreams", value, Long::sum);
    }
  }

  private static String listenerOf(String cluster) {
    if (cluster.startsWith("cluster.outbound|")) {
      return "outbound";
    }
    if (cluster.startsWith("cluster.inbound|")) {
      return "inbound";
    }
    return cluster.startsWith("cluster.InboundPassthroughCluster.") ? "plain" : "passthrough";
  }
}
