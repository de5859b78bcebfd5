package dev.shortpath.testbed.servicepath;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.dataplane.Protocol;
import dev.shortpath.testbed.idle.Idle;
import dev.shortpath.testbed.run.Levels;
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
 * @param idle what processors do while they have nothing to do
 */
public record ServicePathTreatment(
    String plane,
    int services,
    Protocol protocol,
    boolean ipv6,
    boolean local,
    boolean nodePort,
    Position position,
    Idle idle) {
  private static final String PLANE = "service-data-plane";
  private static final String SERVICES = "services";
  private static final String PROTOCOL = "protocol";
  private static final String IP_FAMILY = "ip-family";
  private static final String POLICY = "traffic-policy";
  private static final String ACCESS = "access";
  private static final String POSITION = "position";
  private static final String IDLE = "idle";

  /** The plane that gives no Service: the pod is reached directly. */
  public static final String NONE = "none";

  private static final int MOST_SERVICES = 100_000;

  /**
   * Every factor with its levels; none for {@value #SERVICES}, which is a number.
   *
   * @param planes names of the data planes that the testbed has
   */
  public static Map<String, List<String>> factors(List<String> planes) {
    Map<String, List<String>> factors = new LinkedHashMap<>();
    factors.put(PLANE, planes);
    factors.put(SERVICES, List.of());
    factors.put(PROTOCOL, List.of("tcp", "udp"));
    factors.put(IP_FAMILY, List.of("ipv4", "ipv6"));
    factors.put(POLICY, List.of("local", "cluster"));
    factors.put(ACCESS, List.of("node-port", "cluster-ip"));
    factors.put(POSITION, Position.LEVELS);
    factors.put(IDLE, Idle.names());
    return factors;
  }

  /**
   * Reads it.
   *
   * @param planes names of the data planes that the testbed has
   * @throws TestbedException naming a factor or a level that there is not
   */
  public static ServicePathTreatment of(Treatment treatment, List<String> planes)
      throws TestbedException {
    Levels levels = Levels.of("service-path", treatment, factors(planes));
    return new ServicePathTreatment(
        levels.of(PLANE),
        levels.number(SERVICES, 1, MOST_SERVICES),
        levels.of(PROTOCOL).equals("tcp") ? Protocol.TCP : Protocol.UDP,
        levels.of(IP_FAMILY).equals("ipv6"),
        levels.of(POLICY).equals("local"),
        levels.of(ACCESS).equals("node-port"),
        Position.of(levels.of(POSITION)),
        Idle.find(levels.of(IDLE)).orElseThrow());
  }

  /** Whether the client connects to a Service. */
  public boolean serviced() {
    return !plane.equals(NONE);
  }

  /** Which worker serves it: without Services one does for all. */
  public String worker() {
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
  public void check(ServicePathParameters parameters) throws TestbedException {
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
