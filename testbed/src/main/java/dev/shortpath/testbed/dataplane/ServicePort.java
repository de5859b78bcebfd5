package dev.shortpath.testbed.dataplane;

import java.net.InetAddress;
import java.util.List;

/**
 * One port of a Kubernetes Service, dual stack: the unit in which kube-proxy writes rules
 * (pkg/proxy, {@code ServicePort} and {@code ServicePortName}).
 *
 * @param namespace for example {@code shortpath}
 * @param name of the Service, unique in its namespace
 * @param portName for example {@code data}; may be empty
 * @param protocol of the port
 * @param clusterIp4 its ClusterIP
 * @param clusterIp6 its ClusterIP
 * @param port at the ClusterIP
 * @param nodePort on every address of the node; 0 for a Service of type ClusterIP
 * @param externalLocal {@code externalTrafficPolicy: Local}: only this node's endpoints take what
 *     comes by the NodePort, and the client's address is kept
 * @param affinitySeconds session affinity by client IP; 0 for none
 * @param endpoints behind it, in the EndpointSlice's order; none means that clients are rejected
 */
public record ServicePort(
    String namespace,
    String name,
    String portName,
    Protocol protocol,
    InetAddress clusterIp4,
    InetAddress clusterIp6,
    int port,
    int nodePort,
    boolean externalLocal,
    int affinitySeconds,
    List<Endpoint> endpoints) {
  public ServicePort {
    endpoints = List.copyOf(endpoints);
  }

  /** {@code namespace/name:portName}, as kube-proxy names it in comments; unique with protocol. */
  public String id() {
    return namespace + "/" + name + (portName.isEmpty() ? "" : ":" + portName);
  }

  /** The same Service with other endpoints. */
  public ServicePort with(List<Endpoint> others) {
    return new ServicePort(
        namespace,
        name,
        portName,
        protocol,
        clusterIp4,
        clusterIp6,
        port,
        nodePort,
        externalLocal,
        affinitySeconds,
        others);
  }
}
