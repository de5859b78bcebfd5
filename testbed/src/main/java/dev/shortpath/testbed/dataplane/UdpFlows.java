package dev.shortpath.testbed.dataplane;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.TestbedException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Forgets UDP flows to endpoints that went, as kube-proxy does after each sync
 * (pkg/proxy/conntrack/ cleanup.go of Kubernetes v1.34.1, {@code CleanStaleEntries}): flows to a
 * Service that has endpoints, none of which answers this flow. Flows of TCP, and of Services that
 * are gone or have no endpoint any more, are left alone. kube-proxy speaks netlink; here two runs
 * of {@code conntrack} do, one that lists and one that deletes, however many there are.
 */
final class UdpFlows {
  private final KernelTool tool;

  UdpFlows(KernelTool tool) {
    this.tool = tool;
  }

  /** Whether a change can have left such flows behind: an endpoint of a UDP Service went. */
  static boolean concerned(ServiceChanges changes) {
    return changes.stale().stream()
        .anyMatch(s -> s.protocol() == Protocol.UDP && !s.endpoints().isEmpty());
  }

  void forget(Family family, Collection<ServicePort> services)
      throws TestbedException, InterruptedException {
    Command list = Command.of("conntrack", "-L", "-p", "udp", "-f", family.lower());
    String commands = commands(family, services, tool.run(list));
    if (!commands.isEmpty()) {
      tool.feed(Command.of("conntrack", "-R", "-"), commands, Remote.SOON);
    }
  }

  /** What {@code conntrack -R} must do, a line each, given what {@code conntrack -L} said. */
  static String commands(Family family, Collection<ServicePort> services, String flows) {
    if (flows.isBlank()) {
      return "";
    }
    Map<String, Set<String>> byIp = new HashMap<>();
    Map<String, Set<String>> byNodePort = new HashMap<>();
    for (ServicePort service : services) {
      List<Family.Target> targets =
          service.protocol() == Protocol.UDP ? family.targets(service) : List.of();
      if (!targets.isEmpty() && family.clusterIp(service) != null) {
        Set<String> sockets = new HashSet<>();
        targets.forEach(target -> sockets.add(target.ip() + " " + target.port()));
        String ip = Family.text(family.clusterIp(service));
        byIp.put(ip + " " + service.port(), sockets);
        byNodePort.put(Integer.toString(service.nodePort()), sockets);
      }
    }
    byNodePort.remove("0");
    Set<String> commands = new LinkedHashSet<>();
    flows
        .lines()
        .map(Flow::parse)
        .filter(flow -> flow != null)
        .forEach(flow -> flow.command(family, byIp, byNodePort, commands));
    return commands.isEmpty() ? "" : String.join("\n", commands) + "\n";
  }

  private record Flow(String destination, String port, String source, String sourcePort) {
    /** Null where the line is no flow. */
    static Flow parse(String line) {
      String[] values = new String[8];
      int count = 0;
      for (String word : line.split(" ")) {
        int equals = word.indexOf('=');
        boolean tuple =
            word.startsWith("src=")
                || word.startsWith("dst=")
                || word.startsWith("sport=")
                || word.startsWith("dport=");
        if (tuple && count < values.length) {
          values[count++] = word.substring(equals + 1);
        }
      }
      // Original source, destination and their ports, then the same of the replies.
      return count < values.length ? null : new Flow(values[1], values[3], values[4], values[6]);
    }

    void command(
        Family family,
        Map<String, Set<String>> byIp,
        Map<String, Set<String>> byNodePort,
        Set<String> commands) {
      String answers = source + " " + sourcePort;
      String tail = " -r " + source + " --reply-port-src " + sourcePort;
      String head = "-D -f " + family.lower() + " -p udp";
      Set<String> cluster = byIp.get(destination + " " + port);
      if (cluster != null && !cluster.contains(answers)) {
        commands.add(head + " -d " + destination + " --orig-port-dst " + port + tail);
      }
      Set<String> node = byNodePort.get(port);
      if (node != null && !node.contains(answers)) {
        commands.add(head + " --orig-port-dst " + port + tail);
      }
    }
  }
}
