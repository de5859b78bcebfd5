package dev.shortpath.testbed.mesh;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.place.Pod;
import dev.shortpath.testbed.place.Site;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** A pod's rules that steer connections into proxies: nftables, inside the pod's namespace. */
final class Rules {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Rules() {}

  /**
   * Loads rules into a pod.
   *
   * @param outbound rules before the one that redirects outgoing connections
   * @param inbound rules before the one that redirects incoming connections
   */
  static Void load(Site site, Pod pod, String outbound, String inbound)
      throws TestbedException, InterruptedException {
    String table = TABLE.formatted(outbound, Ports.OUTBOUND, inbound, Ports.INBOUND);
    site.admin(pod.name(), pod.netns()).feed(Command.of("nft", "-f", "-"), table, Remote.SOON);
    return null;
  }

  /** Name of the counter of a pod's rule: {@code outbound} or {@code inbound}. */
  static String counter(Pod pod, String direction) {
    return "nft." + pod.name() + "." + direction;
  }

  /** Connections that each rule redirected. */
  static Map<String, Long> counters(Site site, Pod pod)
      throws TestbedException, InterruptedException {
    Command list = Command.of("nft", "-j", "list", "counters", "table", "inet", "shortpath");
    Result result = site.admin(pod.name(), pod.netns()).run(list, Remote.SOON);
    if (!result.ok()) {
      throw new TestbedException("the rules of " + pod.name() + " are gone: " + result.lastWord());
    }
    try {
      return parse(pod, result.out());
    } catch (IOException e) {
      throw new TestbedException("rules of " + pod.name() + ": " + e.getMessage(), e);
    }
  }

  static Map<String, Long> parse(Pod pod, String json) throws IOException {
    Map<String, Long> counters = new TreeMap<>();
    for (JsonNode entry : JSON.readTree(json).path("nftables")) {
      JsonNode counter = entry.path("counter");
      if (counter.has("packets")) {
        counters.put(counter(pod, counter.path("name").asText()), counter.path("packets").asLong());
      }
    }
    return counters;
  }

  // A NAT chain sees the first packet of each connection, so a counter counts connections.
  private static final String TABLE =
      """
      table inet shortpath {
        counter outbound { }
        counter inbound { }
        chain outgoing {
          type nat hook output priority -100; policy accept;
      %s    meta l4proto tcp counter name outbound redirect to :%d
        }
        chain incoming {
          type nat hook prerouting priority -100; policy accept;
          iifname "lo" return
      %s    meta l4proto tcp counter name inbound redirect to :%d
        }
      }
      """;
}
