package dev.shortpath.testbed.ssh;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.Running;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.UnusableException;
import dev.shortpath.testbed.remote.Collected;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the programs that were installed on a host.
 *
 * @param host {@link SshHost#install} has put {@code shortpath-tether} there, too
 */
public record SshRemote(SshHost host) implements Remote {
  private static final String TETHER = SshHost.FIRST;

  /**
   * Sees that the host can start programs of this machine.
   *
   * @param tools names of programs that were installed there
   * @throws TestbedException naming the shared libraries that a program lacks there
   */
  public void check(List<String> tools) throws TestbedException, InterruptedException {
    List<String> any = List.of(path(TETHER), "read", "/proc/version");
    Result first = Collected.of(host.start(label(TETHER), any), label(TETHER), SOON);
    if (!first.ok()) {
      throw new UnusableException(
          "SSH host %s cannot run this machine's programs: %s".formatted(host, first.lastWord()));
    }
    for (String tool : tools) {
      // The program's own loader lists what it would load, and starts nothing (ld.so(8)).
      List<String> list = List.of("env", "LD_TRACE_LOADED_OBJECTS=1", path(tool));
      Result result = Collected.of(host.start(label(tool), list), label(tool), SOON);
      List<String> missing =
          result
              .out()
              .lines()
              .filter(line -> line.endsWith("=> not found"))
              .map(line -> line.strip().split(" ")[0])
              .distinct()
              .toList();
      if (!missing.isEmpty()) {
        throw new UnusableException(
            "SSH host %s lacks %s, which %s needs: install there what has it (on Debian, apt-get install the package)"
                .formatted(host, String.join(" and ", missing), tool));
      }
      if (!result.ok()) {
        throw new UnusableException(
            "SSH host %s cannot start %s: %s".formatted(host, tool, result.lastWord()));
      }
    }
  }

  @Override
  public Result run(Command command, Duration limit) throws TestbedException, InterruptedException {
    return Collected.of(start(command), label(command.tool()), limit);
  }

  @Override
  public Running start(Command command) throws TestbedException {
    List<String> words = new ArrayList<>(List.of(path(TETHER), "run", "--", path(command.tool())));
    words.addAll(command.arguments());
    return host.start(label(command.tool()), words);
  }

  @Override
  public String read(String path) throws TestbedException, InterruptedException {
    String label = label(TETHER);
    Result result =
        Collected.of(host.start(label, List.of(path(TETHER), "read", path)), label, SOON);
    if (!result.ok()) {
      throw new TestbedException(path + " of " + host + " cannot be read: " + result.lastWord());
    }
    return result.out();
  }

  @Override
  public String scratch(Path file) {
    return path(file.getFileName().toString());
  }

  @Override
  public void fetch(Path file) throws TestbedException {
    host.fetch(scratch(file), file);
  }

  private String path(String tool) {
    return host.directory() + "/" + tool;
  }

  private String label(String tool) {
    return tool + " on " + host;
  }
}
