package dev.shortpath.testbed.dataplane;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What {@code nft list table} says, in an order that depends on its meaning alone. */
final class NftListing {
  private static final Pattern BLOCK =
      Pattern.compile("(?m)^\t(?:chain|map|set) .*\\{\\n(?:\t\t.*\\n|\\n)*\t}\\n");

  private static final Pattern ELEMENTS = Pattern.compile("elements = \\{(.*)}\\n", Pattern.DOTALL);

  private NftListing() {}

  static String sorted(String listing) {
    List<String> blocks = new ArrayList<>();
    Matcher block = BLOCK.matcher(listing);
    while (block.find()) {
      blocks.add(elementsSorted(block.group()));
    }
    return blocks.stream().sorted().collect(Collectors.joining());
  }

  private static String elementsSorted(String block) {
    Matcher elements = ELEMENTS.matcher(block);
    if (!elements.find()) {
      return block;
    }
    String sorted =
        Arrays.stream(elements.group(1).split(","))
            .map(element -> element.strip().replaceAll("\\s+", " "))
            .sorted()
            .collect(Collectors.joining(",\n"));
    return block.substring(0, elements.start()) + "elements:\n" + sorted + "\n";
  }
}
