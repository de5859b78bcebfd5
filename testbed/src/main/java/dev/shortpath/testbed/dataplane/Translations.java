package dev.shortpath.testbed.dataplane;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.TestbedException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Counts flows that were given an endpoint, the same way for every data plane of rules. kube-proxy
 * counts nothing in nftables mode, and counters of iptables' rules are lost when a chain is written
 * anew; so this is a table of our own with one chain of type nat, which sees the first packet of
 * each flow alone. Established flows pay nothing for it.
 */
final class Translations {
  private static final String TABLE = "shortpath-translations";
  private static final Pattern COUNTER =
      Pattern.compile("counter (ipv[46]) \\{\\s*packets (\\d+) bytes \\d+");

  private static final String RULES =
      """
      table inet %1$s {
        counter ipv4 { }
        counter ipv6 { }
        chain postrouting {
          type nat hook postrouting priority 50; policy accept;
          meta nfproto ipv4 ct status dnat %2$s counter name ipv4
          meta nfproto ipv6 ct status dnat %3$s counter name ipv6
        }
      }
      """;

  private final NodeTools tool;
  private final String table;
  private final List<InetAddress> endpoints;

  /** Of a node whose flows are all of interest. */
  Translations(NodeTools tool) {
    this(tool, TABLE, List.of());
  }

  /**
   * Of a node that others use, too.
   *
   * @param table its name
   * @param endpoints only flows to these are counted; empty for all
   */
  Translations(NodeTools tool, String table, List<InetAddress> endpoints) {
    this.tool = tool;
    this.table = table;
    this.endpoints = List.copyOf(endpoints);
  }

  void start() throws TestbedException, InterruptedException {
    tool.run(Command.of("nft", rules()));
  }

  String rules() {
    return KernelServices.without(table) + RULES.formatted(table, to("ip", 4), to("ip6", 16));
  }

  private String to(String family, int bytes) {
    List<String> own =
        endpoints.stream().filter(e -> e.getAddress().length == bytes).map(Family::text).toList();
    return own.isEmpty() ? "" : family + " daddr { " + String.join(", ", own) + " }";
  }

  /** {@code translated.ipv4} and {@code translated.ipv6} since {@link #start}. */
  Map<String, Long> read() throws TestbedException, InterruptedException {
    // Not "list counters": nft reads all other tables first, half a minute with 10,000 Services.
    String text = tool.run(Command.of("nft", "list", "table", "inet", table));
    Map<String, Long> counters = new TreeMap<>();
    Matcher counter = COUNTER.matcher(text);
    while (counter.find()) {
      counters.put("translated." + counter.group(1), Long.valueOf(counter.group(2)));
    }
    return counters;
  }

  void stop() throws TestbedException, InterruptedException {
    tool.run(Command.of("nft", KernelServices.without(table)));
  }
}
