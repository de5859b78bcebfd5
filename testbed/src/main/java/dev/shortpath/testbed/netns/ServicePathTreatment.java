package dev.shortpath.testbed.netns;

import dev.shortpath.harness.experiment.Experiment;
import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.dataplane.DataPlanes;
import dev.shortpath.testbed.dataplane.Protocol;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A treatment of topology {@code service-path}, checked.
 *
 * @param plane name of the data plane
 * @param services that the worker has
 * @param protocol of every Service
 * @param ipv6 whether the client connects by IPv6
 * @param local {@code externalTrafficPolicy: Local}
 * @param nodePort whether the client is outside and connects to a NodePort; else it is a pod of the
 *     worker and connects to a ClusterIP
 * @param position of the target among the Services that can be reached that way
 */
record ServicePathTreatment(
    String plane,
    int services,
    Protocol protocol,
    boolean ipv6,
    boolean local,
    boolean nodePort,
    Position position) {
  static final String PLANE = "service-data-plane";
  static final String SERVICES = "services";
  static final String PROTOCOL = "protocol";
  static final String IP_FAMILY = "ip-family";
  static final String POLICY = "traffic-policy";
  static final String ACCESS = "access";
  static final String POSITION = "position";

  /** The plane that gives no Service: the pod is reached directly. */
  static final String NONE = "none";

  static final int MOST_SERVICES = 100_000;

  /** Every factor with its levels; none for {@value #SERVICES}, which is a number. */
  static Map<String, List<String>> factors() {
    Map<String, List<String>> factors = new LinkedHashMap<>();
    factors.put(PLANE, DataPlanes.names());
    factors.put(SERVICES, List.of());
    factors.put(PROTOCOL, List.of("tcp", "udp"));
    factors.put(IP_FAMILY, List.of("ipv4", "ipv6"));
    factors.put(POLICY, List.of("local", "cluster"));
    factors.put(ACCESS, List.of("node-port", "cluster-ip"));
    factors.put(POSITION, Position.LEVELS);
    return factors;
  }

  static ServicePathTreatment of(Treatment treatment) throws TestbedException {
    Map<String, List<String>> factors = factors();
    for (String factor : treatment.levels().keySet()) {
      if (!factors.containsKey(factor) && !factor.equals(Experiment.WORKLOAD_FACTOR)) {
        throw new TestbedException("topology service-path cannot switch factor '" + factor + "'");
      }
    }
    Map<String, String> levels = new LinkedHashMap<>();
    for (Map.Entry<String, List<String>> factor : factors.entrySet()) {
      levels.put(factor.getKey(), level(treatment, factor.getKey(), factor.getValue()));
    }
    return new ServicePathTreatment(
        levels.get(PLANE),
        services(levels.get(SERVICES)),
        levels.get(PROTOCOL).equals("tcp") ? Protocol.TCP : Protocol.UDP,
        levels.get(IP_FAMILY).equals("ipv6"),
        levels.get(POLICY).equals("local"),
        levels.get(ACCESS).equals("node-port"),
        Position.of(levels.get(POSITION)));
  }

  /** The level of a factor; the first one where the experiment does not vary it. */
  private static String level(Treatment treatment, String factor, List<String> levels)
      throws TestbedException {
    if (levels.isEmpty()) {
      return treatment.level(factor, "1");
    }
    String level = treatment.level(factor, levels.get(0));
    if (!levels.contains(level)) {
      throw new TestbedException(
          "topology service-path: factor "
              + factor
              + " has no level '"
              + level
              + "'; it has "
              + String.join(", ", levels));
    }
    return level;
  }

  private static int services(String level) throws TestbedException {
    if (!level.matches("[0-9]{1,9}") || Integer.parseInt(level) > MOST_SERVICES) {
      throw new TestbedException(
          "topology service-path: factor services has level '%s': use a number from 0 to %d"
              .formatted(level, MOST_SERVICES));
    }
    return Integer.parseInt(level);
  }

  /** Whether the client connects to a Service. */
  boolean serviced() {
    return !plane.equals(NONE);
  }

  /** Which worker serves it: without Services one does for all. */
  String worker() {
    return serviced() ? plane + "-" + protocol.lower() + "-" + policy() : plane;
  }

  private String policy() {
    return local ? "local" : "cluster";
  }

  /**
   * Checks that the target exists.
   *
   * @throws TestbedException saying why there is none
   */
  void check(ServicePathParameters parameters) throws TestbedException {
    int reachable = nodePort ? Math.min(services, parameters.nodePorts()) : services;
    if (serviced() && reachable == 0) {
      throw new TestbedException(
          "topology service-path: access %s with %d Services%s leads nowhere: ask for at least one"
              .formatted(
                  nodePort ? "node-port" : "cluster-ip",
                  services,
                  services > 0 ? " and node-ports " + parameters.nodePorts() : ""));
    }
  }
}
