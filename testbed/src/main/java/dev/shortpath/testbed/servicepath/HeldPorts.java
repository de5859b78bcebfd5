package dev.shortpath.testbed.servicepath;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.dataplane.Protocol;
import dev.shortpath.testbed.path.ProcNet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Ports that processes of a namespace listen on, from {@code /proc/PID/net/} of a process in it
 * (kernel: Documentation/networking/proc_net_tcp.rst; udp has the same columns). A NodePort among
 * them is a clash: the rules would hide that process, or it would answer in the Service's place.
 */
public final class HeldPorts {
  /** TCP_LISTEN, and TCP_CLOSE of a bound UDP socket without a peer (include/net/tcp_states.h). */
  private static final String LISTENING = "0A";

  private static final String BOUND = "07";
  private static final int HEX = 16;
  private static final int LOCAL = 1;
  private static final int STATE = 3;

  private HeldPorts() {}

  /**
   * Fails when one of the ports is held.
   *
   * @param place for the message
   * @param proc of the namespace
   */
  public static void refuse(String place, ProcNet proc, Protocol protocol, Set<Integer> nodePorts)
      throws TestbedException, InterruptedException {
    for (String file : List.of(protocol.lower(), protocol.lower() + "6")) {
      if (file.endsWith("6") && proc.find("if_inet6").isEmpty()) {
        continue; // a kernel without IPv6
      }
      for (int port : parse(protocol, proc.read(file))) {
        if (nodePorts.contains(port)) {
          throw new TestbedException(
              "NodePort %d %s is held by a process on %s: end that process"
                  .formatted(port, protocol.lower(), place));
        }
      }
    }
  }

  /** Ascending. */
  static Set<Integer> parse(Protocol protocol, String text) {
    Set<Integer> ports = new TreeSet<>();
    String wanted = protocol == Protocol.TCP ? LISTENING : BOUND;
    for (String line : text.lines().skip(1).toList()) {
      String[] fields = line.strip().split(" +");
      if (fields.length > STATE && fields[STATE].equals(wanted)) {
        ports.add(Integer.parseInt(fields[LOCAL].substring(fields[LOCAL].indexOf(':') + 1), HEX));
      }
    }
    return ports;
  }
}
