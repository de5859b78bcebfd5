package dev.shortpath.testbed.netns;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.place.Site;
import dev.shortpath.testbed.remote.Launcher;
import dev.shortpath.testbed.remote.LocalProcess;
import java.util.ArrayList;
import java.util.List;

/** Changes to namespaces, many with each program: starting programs is what takes the time. */
final class Batches {
  private final Site site;

  Batches(Site site) {
    this.site = site;
  }

  /** Lines of {@code ip -batch} in the harness' own namespace. */
  void ip(List<String> lines) throws TestbedException, InterruptedException {
    batch("ip", List.of(), lines);
  }

  /** Lines of {@code ip -batch} inside a namespace. Null, so that it can be a task. */
  Void ip(String netns, List<String> lines) throws TestbedException, InterruptedException {
    return batch("ip", List.of("-n", netns), lines);
  }

  /** Lines of {@code tc -batch} inside a namespace. Null, so that it can be a task. */
  Void tc(String netns, List<String> lines) throws TestbedException, InterruptedException {
    return batch("tc", List.of("-n", netns), lines);
  }

  /** Settings {@code NAME=VALUE} of a namespace; those that the kernel does not have are passed. */
  Void sysctl(String name, String netns, List<String> settings)
      throws TestbedException, InterruptedException {
    Command command = Command.of("sysctl", "-q", "-e", "-w").and(settings.toArray(new String[0]));
    site.admin(name, netns).feed(command, "", Remote.SOON);
    return null;
  }

  private Void batch(String tool, List<String> options, List<String> lines)
      throws TestbedException, InterruptedException {
    List<String> arguments = new ArrayList<>(options);
    arguments.addAll(List.of("-batch", "-"));
    List<String> command = Launcher.here(site.tools()).command(tool, arguments);
    Result result = LocalProcess.run(tool, command, String.join("\n", lines) + "\n", Remote.SOON);
    if (!result.ok()) {
      throw new TestbedException(
          "network: " + tool + " failed: " + result.err().strip().replace('\n', ';'));
    }
    return null;
  }
}
