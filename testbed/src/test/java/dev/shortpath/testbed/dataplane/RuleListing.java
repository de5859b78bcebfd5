package dev.shortpath.testbed.dataplane;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the kernel holds of a data plane of rules, as {@code iptables-save} or {@code nft list
 * table} tell it: by container (table and chain, map or set), what is in it.
 *
 * @param containers rules in order, elements sorted
 */
record RuleListing(Map<String, List<String>> containers) {
  private static final String ELEMENTS = "elements = {";

  /** Adds another table or family. */
  RuleListing and(RuleListing other) {
    Map<String, List<String>> all = new LinkedHashMap<>(containers);
    all.putAll(other.containers);
    return new RuleListing(all);
  }

  /**
   * Reads {@code iptables-save}.
   *
   * @param family before every container's name
   */
  static RuleListing ofIptables(String family, String text) {
    Map<String, List<String>> containers = new LinkedHashMap<>();
    String table = "";
    for (String line : text.lines().toList()) {
      String[] words = line.split(" ", 3);
      if (line.startsWith("*")) {
        table = family + " " + line.substring(1) + " ";
      } else if (line.startsWith(":")) {
        containers.put(table + words[0].substring(1), new ArrayList<>());
      } else if (line.startsWith("-A ")) {
        containers.get(table + words[1]).add(words[2]);
      }
    }
    return new RuleListing(containers);
  }

  /**
   * Reads {@code nft list table}.
   *
   * @param family before every container's name
   */
  static RuleListing ofNft(String family, String text) {
    Map<String, List<String>> containers = new LinkedHashMap<>();
    List<String> block = new ArrayList<>();
    String name = "";
    for (String line : text.lines().toList()) {
      if (line.startsWith("\t") && !line.startsWith("\t\t") && line.endsWith("{")) {
        name = family + " " + line.strip().replace(" {", "");
        block = new ArrayList<>();
      } else if (line.equals("\t}")) {
        containers.put(name, elements(block));
      } else if (line.startsWith("\t\t")) {
        block.add(line.strip());
      } else if (line.startsWith("\t")) {
        containers.put(family + " table", List.of(line.strip()));
      }
    }
    return new RuleListing(containers);
  }

  /** The elements are the last of a set's or a map's lines. */
  private static List<String> elements(List<String> block) {
    String all = String.join("\n", block);
    int from = all.indexOf(ELEMENTS);
    if (from < 0) {
      return block;
    }
    List<String> lines =
        new ArrayList<>(
            all.substring(0, from).lines().map(String::strip).collect(Collectors.toList()));
    String elements = all.substring(from + ELEMENTS.length(), all.lastIndexOf('}'));
    Arrays.stream(elements.split(","))
        .map(element -> element.strip().replaceAll("\\s+", " "))
        .sorted()
        .map(element -> "element " + element)
        .forEach(lines::add);
    return lines;
  }

  /** Every container, and everything in it, a line each. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    containers.forEach(
        (name, contents) -> {
          lines.add(name);
          contents.forEach(line -> lines.add(name + ": " + line));
        });
    return lines;
  }
}
