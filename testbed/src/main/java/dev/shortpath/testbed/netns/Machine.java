package dev.shortpath.testbed.netns;

import dev.shortpath.testbed.tool.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What every topology on network namespaces needs of the machine. */
final class Machine {
  private Machine() {}

  /** A line for each thing that is missing, with its remedy. */
  static List<String> missing(Tools tools) {
    if (!System.getProperty("os.name").equals("Linux")) {
      return List.of("testbed netns needs Linux, this is " + System.getProperty("os.name"));
    }
    List<String> lines = new ArrayList<>();
    if (!root()) {
      lines.add("testbed netns needs root: run it with sudo");
    } else if (!Files.isWritable(StateDirectory.ROOT.getParent())) {
      lines.add(StateDirectory.ROOT.getParent() + " is read-only: mount it read-write");
    }
    lines.addAll(tools.missing("ip", "nft", "sysctl", "sleep", "shortpath-enter"));
    Optional<Path> cgroup2 = Cgroups.mount();
    if (cgroup2.isEmpty()) {
      lines.add("cgroup2 is not mounted: mount -t cgroup2 none /sys/fs/cgroup/unified");
    } else if (root() && !Files.isWritable(cgroup2.get())) {
      lines.add("cgroup2 at " + cgroup2.get() + " is read-only: mount it read-write");
    }
    Leftovers.elsewhere()
        .forEach(
            cgroup ->
                lines.add(
                    "this machine is occupied by a run of another container (cgroup "
                        + cgroup
                        + "): wait for it, or end it: echo 1 > "
                        + cgroup.resolve("cgroup.kill")));
    return lines;
  }

  static boolean root() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException e) {
      return false;
    }
  }
}
