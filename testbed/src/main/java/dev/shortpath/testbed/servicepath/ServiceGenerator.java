package dev.shortpath.testbed.servicepath;

import dev.shortpath.testbed.dataplane.Endpoint;
import dev.shortpath.testbed.dataplane.Protocol;
import dev.shortpath.testbed.dataplane.ServicePort;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Generates Services, always the same: {@code svc-00001}, … with one port each. The first are of
 * type NodePort with port = target port = node port, because D-ITG tells the receiver the port that
 * it sends to; the others are of type ClusterIP.
 *
 * @param namespace of all of them
 * @param addresses that they take
 * @param protocol of every port
 * @param nodePorts Services of type NodePort at most
 * @param externalLocal {@code externalTrafficPolicy: Local}
 * @param affinitySeconds session affinity by client IP; 0 for none
 * @param backends addresses of a pod's endpoints
 */
public record ServiceGenerator(
    String namespace,
    ServiceAddresses addresses,
    Protocol protocol,
    int nodePorts,
    boolean externalLocal,
    int affinitySeconds,
    List<Backend> backends) {
  /** Port and target port of a Service of type ClusterIP. */
  public static final int CLUSTER_PORT = 20_000;

  /** The namespace of all of them, where it is for nothing else. */
  public static final String NAMESPACE = "shortpath";

  /** An endpoint's addresses. */
  public record Backend(InetAddress ipv4, InetAddress ipv6) {}

  /** In a cluster of its own. */
  public ServiceGenerator(
      Protocol protocol,
      int nodePorts,
      boolean externalLocal,
      int affinitySeconds,
      List<Backend> backends) {
    this(
        NAMESPACE,
        ServiceAddresses.usual(),
        protocol,
        nodePorts,
        externalLocal,
        affinitySeconds,
        backends);
  }

  public ServiceGenerator {
    backends = List.copyOf(backends);
  }

  /** Services number 1 to {@code count}. */
  public List<ServicePort> services(int count) {
    List<ServicePort> services = new ArrayList<>(count);
    for (int number = 1; number <= count; number++) {
      services.add(service(number));
    }
    return services;
  }

  /** One Service, numbered from 1. */
  public ServicePort service(int number) {
    return new ServicePort(
        namespace,
        "svc-%05d".formatted(number),
        "data",
        protocol,
        addresses.clusterIp(number, false),
        addresses.clusterIp(number, true),
        port(number),
        number <= nodePorts ? port(number) : 0,
        externalLocal && number <= nodePorts,
        affinitySeconds,
        endpoints(backends, port(number)));
  }

  /** The port of a Service, which is its target port too. */
  public int port(int number) {
    return number <= nodePorts ? addresses.nodePort(number) : CLUSTER_PORT;
  }

  /** How many of {@code count} Services can be reached by NodePort, or by ClusterIP. */
  public int reachable(int count, boolean nodePort) {
    return nodePort ? Math.min(count, nodePorts) : count;
  }

  /** The endpoints at a port. */
  public static List<Endpoint> endpoints(List<Backend> backends, int port) {
    return backends.stream().map(b -> new Endpoint(b.ipv4(), b.ipv6(), port, true)).toList();
  }
}
