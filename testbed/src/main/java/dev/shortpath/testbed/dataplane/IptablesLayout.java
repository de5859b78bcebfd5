package dev.shortpath.testbed.dataplane;

import java.util.List;

/**
 * What stands in kube-proxy's iptables chains beside the Services (pkg/proxy/iptables/proxier.go of
 * Kubernetes v1.34.1, {@code iptablesJumpChains}, {@code syncProxyRules}).
 */
final class IptablesLayout {
  /** 1 << 14, kube-proxy's --iptables-masquerade-bit by default. */
  private static final String MARK = "0x00004000";

  private static final List<String> FILTER_TOP =
      List.of(
          "KUBE-SERVICES",
          "KUBE-EXTERNAL-SERVICES",
          "KUBE-FORWARD",
          "KUBE-NODEPORTS",
          "KUBE-PROXY-FIREWALL");
  private static final List<String> NAT_TOP =
      List.of("KUBE-SERVICES", "KUBE-NODEPORTS", "KUBE-POSTROUTING", "KUBE-MARK-MASQ");

  private record Jump(String from, String match, String comment, String to) {
    String rule() {
      String said = comment.isEmpty() ? "" : " -m comment --comment \"" + comment + '"';
      return " " + from + (match.isEmpty() ? "" : " " + match) + said + " -j " + to + "\n";
    }
  }

  private static final String NEW = "-m conntrack --ctstate NEW";
  private static final String EXTERNAL = "kubernetes externally-visible service portals";
  private static final String PORTALS = "kubernetes service portals";
  private static final String FIREWALL = "kubernetes load balancer firewall";

  // In kube-proxy's order; each is put before those that are there already.
  private static final List<Jump> FILTER_JUMPS =
      List.of(
          new Jump("INPUT", NEW, EXTERNAL, "KUBE-EXTERNAL-SERVICES"),
          new Jump("FORWARD", NEW, EXTERNAL, "KUBE-EXTERNAL-SERVICES"),
          new Jump("INPUT", "", "kubernetes health check service ports", "KUBE-NODEPORTS"),
          new Jump("FORWARD", NEW, PORTALS, "KUBE-SERVICES"),
          new Jump("OUTPUT", NEW, PORTALS, "KUBE-SERVICES"),
          new Jump("FORWARD", "", "kubernetes forwarding rules", "KUBE-FORWARD"),
          new Jump("INPUT", NEW, FIREWALL, "KUBE-PROXY-FIREWALL"),
          new Jump("OUTPUT", NEW, FIREWALL, "KUBE-PROXY-FIREWALL"),
          new Jump("FORWARD", NEW, FIREWALL, "KUBE-PROXY-FIREWALL"),
          new Jump("INPUT", "", "", "KUBE-FIREWALL"),
          new Jump("OUTPUT", "", "", "KUBE-FIREWALL"));
  private static final List<Jump> NAT_JUMPS =
      List.of(
          new Jump("OUTPUT", "", PORTALS, "KUBE-SERVICES"),
          new Jump("PREROUTING", "", PORTALS, "KUBE-SERVICES"),
          new Jump("POSTROUTING", "", "kubernetes postrouting rules", "KUBE-POSTROUTING"));

  private IptablesLayout() {}

  /** Text that makes the chains and leads the kernel's own to them. */
  static String begin() {
    return frame(":%s - [0:0]\n", "-I");
  }

  /** Text that takes away what {@link #begin} made; Services' chains must be gone. */
  static String end() {
    return frame(":%1$s - [0:0]\n", "-D")
        .replace("COMMIT\n*filter", "-X KUBE-PROXY-CANARY\nCOMMIT\n*filter")
        .replace("COMMIT\n*nat", deletions(FILTER_TOP) + "-X KUBE-FIREWALL\nCOMMIT\n*nat")
        .replaceAll("COMMIT\n$", deletions(NAT_TOP) + "COMMIT\n");
  }

  private static String deletions(List<String> chains) {
    StringBuilder text = new StringBuilder("-X KUBE-PROXY-CANARY\n");
    chains.forEach(chain -> text.append("-X ").append(chain).append('\n'));
    return text.toString();
  }

  private static String frame(String declaration, String verb) {
    StringBuilder text = new StringBuilder("*mangle\n");
    text.append(declaration.formatted("KUBE-PROXY-CANARY")).append("COMMIT\n*filter\n");
    text.append(declaration.formatted("KUBE-PROXY-CANARY"));
    FILTER_TOP.forEach(chain -> text.append(declaration.formatted(chain)));
    text.append(declaration.formatted("KUBE-FIREWALL"));
    FILTER_JUMPS.forEach(jump -> text.append(verb).append(jump.rule()));
    text.append("COMMIT\n*nat\n").append(declaration.formatted("KUBE-PROXY-CANARY"));
    NAT_TOP.forEach(chain -> text.append(declaration.formatted(chain)));
    NAT_JUMPS.forEach(jump -> text.append(verb).append(jump.rule()));
    return text.append("COMMIT\n").toString();
  }

  /** What comes before the Services. */
  static void top(Family family, StringBuilder filter, StringBuilder chains, StringBuilder rules) {
    FILTER_TOP.forEach(chain -> filter.append(':').append(chain).append(" - [0:0]\n"));
    NAT_TOP.forEach(chain -> chains.append(':').append(chain).append(" - [0:0]\n"));
    rules.append("-A KUBE-POSTROUTING -m mark ! --mark ").append(MARK).append('/').append(MARK);
    rules.append(" -j RETURN\n-A KUBE-POSTROUTING -j MARK --xor-mark ").append(MARK);
    rules.append("\n-A KUBE-POSTROUTING -m comment --comment");
    rules.append(" \"kubernetes service traffic requiring SNAT\" -j MASQUERADE --random-fully\n");
    rules.append("-A KUBE-MARK-MASQ -j MARK --or-mark ").append(MARK).append('\n');
    if (family == Family.IPV4) {
      filter.append(":KUBE-FIREWALL - [0:0]\n");
      filter.append(
          "-A KUBE-FIREWALL -m comment --comment \"block incoming localnet connections\"");
      filter.append(" -d 127.0.0.0/8 ! -s 127.0.0.0/8 -m conntrack");
      filter.append(" ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP\n");
    }
  }

  /** What comes after the Services. */
  static void bottom(Family family, StringBuilder filter, StringBuilder rules) {
    rules.append("-A KUBE-SERVICES -m comment --comment \"kubernetes service nodeports; NOTE:");
    rules.append(" this must be the last rule in this chain\" -m addrtype --dst-type LOCAL");
    rules.append(family == Family.IPV6 ? " ! -d ::1/128" : "").append(" -j KUBE-NODEPORTS\n");
    filter.append("-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP\n");
    filter.append("-A KUBE-FORWARD -m comment --comment \"kubernetes forwarding rules\"");
    filter.append(" -m mark --mark ").append(MARK).append('/').append(MARK).append(" -j ACCEPT\n");
    filter.append("-A KUBE-FORWARD -m comment --comment \"kubernetes forwarding conntrack rule\"");
    filter.append(" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n");
  }
}
