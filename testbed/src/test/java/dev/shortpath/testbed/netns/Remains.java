package dev.shortpath.testbed.netns;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What there is of a run on this machine. */
final class Remains {
  private Remains() {}

  static List<String> of(String runId) {
    List<String> found = new ArrayList<>();
    list(Path.of("/run/netns")).filter(n -> n.startsWith("sp-" + runId)).forEach(found::add);
    list(StateDirectory.ROOT).filter(runId::equals).forEach(n -> found.add("state " + n));
    Path cgroup = Cgroups.root().orElseThrow().resolve(runId);
    if (Files.exists(cgroup)) {
      found.add(cgroup.toString());
    }
    list(Path.of("/proc")).filter(pid -> mentions(pid, runId)).forEach(p -> found.add("pid " + p));
    return found;
  }

  /** Whether a process belongs to the run. */
  private static boolean mentions(String pid, String runId) {
    try {
      String line = Files.readString(Path.of("/proc", pid, "cmdline"));
      String cgroup = Files.readString(Path.of("/proc", pid, "cgroup"));
      // A dead process that nobody has waited for has no command line any more.
      return !line.isEmpty()
          && (cgroup.contains("/shortpath/" + runId + "/") || line.contains("sp-" + runId + "-"));
    } catch (IOException e) {
      return false;
    }
  }

  static Stream<String> list(Path directory) {
    String[] names = directory.toFile().list();
    return names == null ? Stream.empty() : Stream.of(names);
  }
}
