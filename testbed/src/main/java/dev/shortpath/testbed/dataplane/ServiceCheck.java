package dev.shortpath.testbed.dataplane;

import dev.shortpath.harness.testbed.TestbedException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the Kubernetes API refuses, refused before a rule is written: names that are no DNS labels
 * (they become a part of commands), ports out of range, and two Services that claim one address.
 */
public final class ServiceCheck {
  private static final int LABEL = 63;
  private static final int PORTS = 65_535;

  private ServiceCheck() {}

  /**
   * Checks a node's Services against each other.
   *
   * @throws TestbedException naming the Services and what to change
   */
  public static void check(List<ServicePort> services) throws TestbedException {
    for (Protocol protocol : Protocol.values()) {
      Map<String, ServicePort> names = new HashMap<>(2 * services.size());
      ServicePort[] nodePorts = new ServicePort[PORTS + 1];
      for (ServicePort service : services) {
        if (service.protocol() == protocol) {
          single(service);
          if (names.put(service.id(), service) != null) {
            throw new TestbedException(
                "Service " + service.id() + " is there twice: give each Service its own name");
          }
          if (service.nodePort() != 0) {
            refuse(nodePorts[service.nodePort()], service, "NodePort " + service.nodePort());
            nodePorts[service.nodePort()] = service;
          }
        }
      }
      clusterIps(protocol, services, true);
      clusterIps(protocol, services, false);
    }
  }

  /** Ports of one address are a Service's and few; so the address is looked up alone. */
  private static void clusterIps(Protocol protocol, List<ServicePort> services, boolean four)
      throws TestbedException {
    Map<InetAddress, List<ServicePort>> places = new HashMap<>(2 * services.size());
    for (ServicePort service : services) {
      InetAddress address = four ? service.clusterIp4() : service.clusterIp6();
      if (service.protocol() == protocol && address != null) {
        List<ServicePort> others = places.put(address, List.of(service));
        if (others != null) {
          for (ServicePort other : others) {
            if (other.port() == service.port()) {
              String place = address.getHostAddress() + " port " + service.port();
              refuse(other, service, "ClusterIP " + place);
            }
          }
          List<ServicePort> all = new ArrayList<>(others);
          all.add(service);
          places.put(address, all);
        }
      }
    }
  }

  private static void refuse(ServicePort other, ServicePort service, String what)
      throws TestbedException {
    if (other != null) {
      throw new TestbedException(
          "%s %s is claimed by %s and by %s: give each its own"
              .formatted(what, service.protocol().lower(), other.id(), service.id()));
    }
  }

  private static void single(ServicePort service) throws TestbedException {
    label("namespace", service.namespace());
    label("Service", service.name());
    if (!service.portName().isEmpty()) {
      label("port", service.portName());
    }
    port(service, "port", service.port(), 1);
    port(service, "NodePort", service.nodePort(), 0);
    for (Endpoint endpoint : service.endpoints()) {
      port(service, "an endpoint's port", endpoint.port(), 1);
    }
    if (service.affinitySeconds() < 0) {
      throw new TestbedException(
          service.id()
              + ": session affinity of "
              + service.affinitySeconds()
              + " s: use 0 or more");
    }
  }

  private static void port(ServicePort service, String what, int port, int least)
      throws TestbedException {
    if (port < least || port > PORTS) {
      throw new TestbedException(
          "%s: %s is %d: use %d to %d".formatted(service.id(), what, port, least, PORTS));
    }
  }

  /** RFC 1123, section 2.1, as the API has it: small letters, digits and inner hyphens. */
  private static void label(String what, String text) throws TestbedException {
    boolean good = !text.isEmpty() && text.length() <= LABEL;
    for (int i = 0; good && i < text.length(); i++) {
      char c = text.charAt(i);
      boolean inner = i > 0 && i < text.length() - 1;
      good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c == '-' && inner);
    }
    if (!good) {
      throw new TestbedException(
          "%s name '%s' is no DNS label: use up to %d of a-z, 0-9 and inner hyphens"
              .formatted(what, text.replaceAll("\\P{Print}", "?"), LABEL));
    }
  }
}
