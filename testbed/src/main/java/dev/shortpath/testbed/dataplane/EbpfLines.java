package dev.shortpath.testbed.dataplane;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Services in the words of {@code shortpath-lb} (bpf/README.md, "Requests"). */
final class EbpfLines {
  private static final int LINE = 128;

  private EbpfLines() {}

  /** All that there shall be. */
  static String load(List<ServicePort> services) {
    StringBuilder text = new StringBuilder(LINE * (services.size() + 1));
    text.append("load ").append(services.size()).append('\n');
    services.forEach(service -> put(text, service));
    return text.toString();
  }

  /** What differs. */
  static String update(ServiceChanges changes) {
    Set<String> kept = new HashSet<>();
    changes.fresh().forEach(service -> kept.add(identity(service)));
    StringBuilder text = new StringBuilder();
    int lines = changes.fresh().size();
    for (ServicePort service : changes.stale()) {
      String identity = identity(service);
      if (!kept.contains(identity)) {
        text.append("- ").append(identity).append('\n');
        lines++;
      }
    }
    changes.fresh().forEach(service -> put(text, service));
    return "update " + lines + "\n" + text;
  }

  private static String identity(ServicePort service) {
    return service.id() + " " + service.protocol().lower();
  }

  private static void put(StringBuilder text, ServicePort service) {
    text.append("+ ").append(identity(service)).append(' ');
    address(text, service.clusterIp4()).append(' ');
    address(text, service.clusterIp6()).append(' ');
    text.append(service.port()).append(' ').append(service.nodePort());
    text.append(service.externalLocal() ? " local " : " cluster ");
    text.append(service.affinitySeconds()).append(' ');
    if (service.endpoints().isEmpty()) {
      text.append('-');
    }
    String comma = "";
    for (Endpoint endpoint : new LinkedHashSet<>(service.endpoints())) {
      address(text.append(comma), endpoint.ipv4()).append('/');
      address(text, endpoint.ipv6()).append('/');
      text.append(endpoint.port()).append(endpoint.local() ? "/l" : "/r");
      comma = ",";
    }
    text.append('\n');
  }

  private static StringBuilder address(StringBuilder text, InetAddress address) {
    return text.append(address == null ? "-" : Family.text(address));
  }
}
