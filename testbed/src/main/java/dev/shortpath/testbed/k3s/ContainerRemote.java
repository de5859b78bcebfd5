package dev.shortpath.testbed.k3s;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.Running;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.remote.Collected;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the programs of the workload's image in a container of it, by Docker's exec.
 *
 * @param name for messages
 * @param container its id
 */
record ContainerRemote(String name, String container) implements Remote {
  private static final String TETHER = "/shortpath-tether";

  @Override
  public Result run(Command command, Duration limit) throws TestbedException, InterruptedException {
    return Collected.of(start(command), label(command), limit);
  }

  @Override
  public Running start(Command command) throws TestbedException {
    List<String> words = new ArrayList<>(List.of(TETHER, "run", "--", "/" + command.tool()));
    words.addAll(command.arguments());
    return ContainerExec.start(label(command), container, words);
  }

  @Override
  public String read(String path) throws TestbedException, InterruptedException {
    String label = path + " of " + name;
    Running read = ContainerExec.start(label, container, List.of(TETHER, "read", path));
    Result result = Collected.of(read, label, SOON);
    if (!result.ok()) {
      throw new TestbedException(label + " cannot be read: " + result.lastWord());
    }
    return result.out();
  }

  private String label(Command command) {
    return command.tool() + " in " + name;
  }
}
