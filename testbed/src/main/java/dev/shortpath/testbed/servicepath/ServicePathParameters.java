package dev.shortpath.testbed.servicepath;

import dev.shortpath.harness.testbed.TestbedException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Parameters of topology {@code service-path}, checked.
 *
 * @param link shape of the links client–router and router–worker
 * @param nodePorts Services of type NodePort at most; the others are ClusterIP
 * @param endpoints of each Service
 * @param affinitySeconds session affinity by client IP; 0 for none
 */
public record ServicePathParameters(
    LinkShape link, int nodePorts, int endpoints, int affinitySeconds) {
  static final String LINK = "link-mbit";
  static final String NODE_PORTS = "node-ports";
  public static final String ENDPOINTS = "endpoints";
  static final String AFFINITY = "affinity-s";

  /** Of Kubernetes' NodePorts 30000 to 32767, Leiter et al. could use so many (section 5). */
  static final int MOST_NODE_PORTS = 2767;

  /** Endpoints of one pod that there are addresses for. */
  public static final int MOST_ENDPOINTS = 100;

  /** kube-apiserver: validation of {@code clientIP.timeoutSeconds}, a day at most. */
  private static final int MOST_AFFINITY = 86_400;

  private static final List<String> NAMES = List.of(LINK, NODE_PORTS, ENDPOINTS, AFFINITY);

  /**
   * Reads them.
   *
   * @throws TestbedException naming the first one that is unknown or wrong
   */
  public static ServicePathParameters of(Map<String, String> given) throws TestbedException {
    for (String name : new TreeMap<>(given).keySet()) {
      if (!NAMES.contains(name)) {
        throw new TestbedException(
            "topology service-path has no parameter '"
                + name
                + "'; it has "
                + String.join(", ", NAMES));
      }
    }
    return new ServicePathParameters(
        LinkShape.of(given.getOrDefault(LINK, "500")),
        number(given, NODE_PORTS, MOST_NODE_PORTS, 0, MOST_NODE_PORTS),
        number(given, ENDPOINTS, 1, 1, MOST_ENDPOINTS),
        number(given, AFFINITY, 0, 0, MOST_AFFINITY));
  }

  private static int number(
      Map<String, String> given, String name, int otherwise, int least, int most)
      throws TestbedException {
    String text = given.getOrDefault(name, Integer.toString(otherwise));
    if (!text.matches("[0-9]{1,9}")
        || Integer.parseInt(text) < least
        || Integer.parseInt(text) > most) {
      throw new TestbedException(
          "topology service-path: parameter %s is '%s': use a number from %d to %d"
              .formatted(name, text, least, most));
    }
    return Integer.parseInt(text);
  }
}
