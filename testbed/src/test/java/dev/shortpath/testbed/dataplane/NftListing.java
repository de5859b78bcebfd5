package dev.shortpath.testbed.dataplane;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** What {@code nft list table} says, in an order that depends on its meaning alone. */
final class NftListing {
  private static final String ELEMENTS = "elements = {";

  private NftListing() {}

  static String sorted(String listing) {
    List<String> blocks = new ArrayList<>();
    StringBuilder block = new StringBuilder();
    for (String line : listing.lines().toList()) {
      boolean inside = line.startsWith("\t\t");
      if (line.startsWith("\t") && !inside && !line.equals("\t}")) {
        block.setLength(0);
      }
      if (inside || line.startsWith("\t")) {
        block.append(line).append('\n');
      }
      if (line.equals("\t}")) {
        blocks.add(elementsSorted(block.toString()));
      }
    }
    return blocks.stream().sorted().collect(Collectors.joining());
  }

  /** The elements are the last of a set's or a map's block. */
  private static String elementsSorted(String block) {
    int from = block.indexOf(ELEMENTS);
    if (from < 0) {
      return block;
    }
    String elements = block.substring(from + ELEMENTS.length(), block.lastIndexOf("}\n\t}"));
    String sorted =
        Arrays.stream(elements.split(","))
            .map(element -> element.strip().replaceAll("\\s+", " "))
            .sorted()
            .collect(Collectors.joining(",\n"));
    return block.substring(0, from) + "elements:\n" + sorted + "\n";
  }
}
