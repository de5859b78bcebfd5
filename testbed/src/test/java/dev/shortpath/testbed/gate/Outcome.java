package dev.shortpath.testbed.gate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shortpath.harness.testbed.Result;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one case of the gate saw.
 *
 * @param ok whether all was as plain TCP gives it without proxies
 * @param observed what plain TCP determines, by name; {@value #END} says whether the case came to
 *     its end
 * @param timing what differs from run to run, in the units that the names tell
 * @param why all that was not as expected
 */
record Outcome(boolean ok, Map<String, String> observed, Map<String, Double> timing, String why) {
  static final String END = "case";

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads what {@code gate client} printed.
   *
   * @throws AssertionError when it could not run
   */
  static Outcome parse(String what, Result result) throws IOException {
    if (result.exit() > 1) {
      throw new AssertionError(what + ": exit " + result.exit() + ": " + result.lastWord());
    }
    JsonNode json = JSON.readTree(result.out());
    Map<String, String> observed = new TreeMap<>();
    json.path("observed").fields().forEachRemaining(e -> observed.put(e.getKey(), text(e)));
    Map<String, Double> timing = new TreeMap<>();
    json.path("timing")
        .fields()
        .forEachRemaining(e -> timing.put(e.getKey(), e.getValue().asDouble()));
    String why = json.path("why").asText();
    observed.put(END, end(why));
    return new Outcome(json.path("ok").asBoolean(), observed, timing, why);
  }

  private static String text(Map.Entry<String, JsonNode> entry) {
    return entry.getValue().asText();
  }

  /** A case that gave up tells a reason that is not about one of its observations. */
  private static String end(String why) {
    if (why.startsWith("timed out")) {
      return "hangs";
    }
    return why.isEmpty() || why.contains(": expected ") ? "complete" : "gave up: " + why;
  }
}
