package dev.shortpath.testbed.servicepath;

import dev.shortpath.harness.testbed.TestbedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The kernel's connection tracking in a namespace, from {@code /proc/PID/net/stat/nf_conntrack} of
 * a process in it (kernel: net/netfilter/nf_conntrack_standalone.c, ct_cpu_seq_show): a line of
 * hexadecimal numbers for each CPU. Where no rule asks for tracking, nothing is tracked.
 */
public final class Conntrack {
  /** Flows that are tracked now; the same in each line. */
  private static final String ENTRIES = "entries";

  /** Sums over CPUs, since the namespace was made. */
  private static final List<String> SUMS = List.of("insert_failed", "drop", "early_drop");

  private Conntrack() {}

  /** Reads the counters. A kernel without such a file has not begun to track anything. */
  public static Map<String, Long> read(String prefix, long pid) throws TestbedException {
    Path file = Path.of("/proc/" + pid + "/net/stat/nf_conntrack");
    try {
      return parse(prefix, Files.readString(file));
    } catch (NoSuchFileException e) {
      if (Files.exists(file.resolveSibling("arp_cache"))) {
        return Map.of(prefix + "." + ENTRIES, 0L);
      }
      throw new TestbedException("process " + pid + " is gone, and its namespace with it", e);
    } catch (IOException e) {
      throw new TestbedException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Likewise, of the file's text. */
  public static Map<String, Long> parse(String prefix, String text) {
    Map<String, Long> counters = new TreeMap<>();
    List<String> lines = text.lines().toList();
    String[] names = lines.get(0).strip().split("\\s+");
    for (String line : lines.subList(1, lines.size())) {
      String[] fields = line.strip().split("\\s+");
      for (int i = 0; i < Math.min(names.length, fields.length); i++) {
        long value = Long.parseLong(fields[i], 16);
        if (names[i].equals(ENTRIES)) {
          counters.put(prefix + "." + names[i], value);
        } else if (SUMS.contains(names[i])) {
          counters.merge(prefix + "." + names[i], value, Long::sum);
        }
      }
    }
    return counters;
  }
}
