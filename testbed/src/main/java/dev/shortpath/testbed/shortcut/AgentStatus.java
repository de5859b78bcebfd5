package dev.shortpath.testbed.shortcut;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** Reads the status document of the agent. */
public final class AgentStatus {
  private static final ObjectMapper JSON = new ObjectMapper();

  private AgentStatus() {}

  /**
   * Its counters by dotted names below {@code prefix}: {@code messages.redirected}, and for each
   * hop {@code 15001.to-server.redirected-bytes} and so on.
   *
   * @throws IOException when it is not a status document
   */
  public static Map<String, Long> parse(String prefix, String json) throws IOException {
    JsonNode root = JSON.readTree(json);
    if (!root.path("hops").isArray()) {
      throw new IOException("no \"hops\" in it");
    }
    Map<String, Long> counters = new TreeMap<>();
    for (String group : new String[] {"connections", "messages", "bytes"}) {
      flatten(prefix + "." + group, root.path(group), counters);
    }
    for (JsonNode hop : root.path("hops")) {
      String name = prefix + "." + hop.path("port").asInt();
      hop.fields()
          .forEachRemaining(
              field -> {
                if (!field.getKey().equals("port")) {
                  flatten(name + "." + dashed(field.getKey()), field.getValue(), counters);
                }
              });
    }
    return counters;
  }

  /**
   * When it was attached: its counters are of the time since then.
   *
   * @throws IOException when it is not a status document
   */
  public static long attachedAt(String json) throws IOException {
    JsonNode at = JSON.readTree(json).path("attached_at");
    if (!at.isIntegralNumber()) {
      throw new IOException("no \"attached_at\" in it");
    }
    return at.asLong();
  }

  private static void flatten(String name, JsonNode value, Map<String, Long> counters) {
    if (value.isIntegralNumber()) {
      counters.put(name, value.asLong());
    }
    value
        .fields()
        .forEachRemaining(f -> flatten(name + "." + dashed(f.getKey()), f.getValue(), counters));
  }

  private static String dashed(String name) {
    return name.replace('_', '-');
  }
}
