package dev.shortpath.testbed.dataplane;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.testbed.remote.PlacedRemote;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What {@code iptables-save} says, chain by chain in order of their names, without counters. */
final class IptablesListing {
  private IptablesListing() {}

  static String of(PlacedRemote remote, String backend) throws Exception {
    StringBuilder all = new StringBuilder();
    for (String program : List.of("iptables", "ip6tables")) {
      for (String table : List.of("mangle", "filter", "nat")) {
        Command save = Command.of(program + "-" + backend + "-save", "-t", table);
        all.append(program).append(' ').append(table).append('\n');
        all.append(sorted(remote.feed(save, "", Duration.ofSeconds(60)).out()));
      }
    }
    return all.toString();
  }

  /** The order of chains says nothing; the order of a chain's rules does. */
  static String sorted(String listing) {
    Map<String, List<String>> chains = new TreeMap<>();
    for (String line : listing.lines().toList()) {
      String[] words = line.split(" ", 3);
      if (line.startsWith(":")) {
        chains.computeIfAbsent(words[0].substring(1), name -> new ArrayList<>());
      } else if (line.startsWith("-A ")) {
        chains.get(words[1]).add(line);
      }
    }
    StringBuilder text = new StringBuilder();
    chains.forEach(
        (chain, rules) -> {
          text.append(chain).append('\n');
          rules.forEach(rule -> text.append("  ").append(rule).append('\n'));
        });
    return text.toString();
  }
}
