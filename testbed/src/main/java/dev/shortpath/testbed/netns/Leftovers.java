package dev.shortpath.testbed.netns;

import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.remote.Launcher;
import dev.shortpath.testbed.remote.LocalProcess;
import dev.shortpath.testbed.run.RunId;
import dev.shortpath.testbed.tool.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Takes a run away: its processes, namespaces, cgroup and state directory, found by its id. */
final class Leftovers {
  private static final Path NETNS = Path.of("/run/netns");

  private final Tools tools;

  Leftovers(Tools tools) {
    this.tools = tools;
  }

  /**
   * Removes every run whose owner is gone; a line for each thing removed. A namespace alone is no
   * run, whatever its name: it may be somebody else's. Neither is a cgroup with processes in it.
   *
   * @throws UncheckedIOException for an {@link AccessDeniedException} when there is something to
   *     remove and this process is not root
   */
  List<String> removeDead() {
    Set<String> runs = new TreeSet<>(StateDirectory.names());
    cgroups()
        .filter(cgroup -> !Cgroups.populated(cgroup))
        .map(cgroup -> cgroup.getFileName().toString())
        .forEach(runs::add);
    runs.removeIf(run -> !RunId.is(run) || StateDirectory.alive(run));
    if (!runs.isEmpty() && !Machine.root()) {
      String what = "removing what run " + String.join(", ", runs) + " left";
      String message = what + " needs root: run it with sudo";
      throw new UncheckedIOException(
          message, new AccessDeniedException(StateDirectory.ROOT.toString(), null, message));
    }
    List<String> lines = new ArrayList<>();
    runs.forEach(run -> lines.addAll(remove(run)));
    return lines;
  }

  /**
   * Cgroups of runs that have processes and no directory here: a container with a {@code /run} of
   * its own shares this one's cgroups, so its runs are told by them alone.
   */
  static List<Path> elsewhere() {
    return cgroups()
        .filter(cgroup -> RunId.is(cgroup.getFileName().toString()))
        .filter(Cgroups::populated)
        .filter(cgroup -> !Files.isDirectory(StateDirectory.of(cgroup.getFileName().toString())))
        .toList();
  }

  private static Stream<Path> cgroups() {
    return Cgroups.root().map(Cgroups::children).orElse(List.of()).stream();
  }

  /** Removes one run; a line for each thing removed. Does nothing where nothing is left. */
  List<String> remove(String runId) {
    List<String> lines = new ArrayList<>();
    Cgroups.root()
        .map(root -> root.resolve(runId))
        .filter(Files::isDirectory)
        .ifPresent(
            cgroup -> {
              boolean busy = Cgroups.populated(cgroup);
              String what = "cgroup " + cgroup + (busy ? " and its processes" : "");
              lines.add(Cgroups.remove(cgroup) ? what : what + " could not be removed");
            });
    List<String> namespaces = namespacesOf(runId);
    if (!namespaces.isEmpty()) {
      String failure = delete(namespaces);
      namespaces.forEach(n -> lines.add("network namespace " + n + failure));
    }
    // Last, and only after all else: it is what tells the next one that there is something left.
    if (Files.isDirectory(StateDirectory.of(runId))
        && namespacesOf(runId).isEmpty()
        && Cgroups.root().map(root -> root.resolve(runId)).filter(Files::exists).isEmpty()) {
      StateDirectory.delete(StateDirectory.of(runId));
      lines.add("directory " + StateDirectory.of(runId));
    }
    return lines;
  }

  private String delete(List<String> namespaces) {
    StringBuilder batch = new StringBuilder();
    namespaces.forEach(n -> batch.append("netns del ").append(n).append('\n'));
    boolean interrupted = Thread.interrupted();
    try {
      // Out of the terminal's process group: a second Ctrl-C must not leave half of them.
      List<String> ip = Launcher.here(tools).command("ip", List.of("-force", "-batch", "-"));
      var result = LocalProcess.run("ip", ip, batch.toString(), Remote.SOON);
      return result.ok() ? "" : ": " + result.lastWord();
    } catch (TestbedException e) {
      return ": " + e.getMessage();
    } catch (InterruptedException e) {
      interrupted = true;
      return " (interrupted)";
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static List<String> namespacesOf(String runId) {
    try (Stream<Path> entries = Files.list(NETNS)) {
      return entries
          .map(p -> p.getFileName().toString())
          .filter(n -> RunNames.runOf(n).equals(Optional.of(runId)))
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
