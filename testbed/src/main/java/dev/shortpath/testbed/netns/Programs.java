package dev.shortpath.testbed.netns;

import dev.shortpath.testbed.tool.Digest;
import dev.shortpath.testbed.tool.Tools;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What every topology says of itself in the report. */
final class Programs {
  private Programs() {}

  /**
   * The testbed and the programs that ran.
   *
   * @param programs that workloads start
   */
  static Map<String, String> describe(Tools tools, Collection<String> programs) {
    Map<String, String> parts = new TreeMap<>();
    parts.put(
        "testbed",
        "netns: nodes and pods are network namespaces of Linux "
            + System.getProperty("os.version"));
    Stream.concat(Stream.of("shortpath-enter"), programs.stream())
        .forEach(
            program ->
                parts.put(
                    "program " + program,
                    tools.find(program).map(Digest::describe).orElse("not there")));
    return parts;
  }
}
