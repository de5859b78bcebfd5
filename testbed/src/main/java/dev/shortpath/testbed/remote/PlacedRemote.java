package dev.shortpath.testbed.remote;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.Running;
import dev.shortpath.harness.testbed.TestbedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Runs commands of this machine in a place: a cgroup and a network namespace.
 *
 * @param name of the place, for messages
 * @param launcher into the place
 */
public record PlacedRemote(String name, Launcher launcher) implements Remote {
  @Override
  public Result run(Command command, Duration limit) throws TestbedException, InterruptedException {
    return LocalProcess.run(label(command), array(command), "", limit);
  }

  /** Runs a command that reads {@code input} and must succeed. */
  public Result feed(Command command, String input, Duration limit)
      throws TestbedException, InterruptedException {
    Result result = LocalProcess.run(label(command), array(command), input, limit);
    if (!result.ok()) {
      throw new TestbedException(label(command) + " failed: " + result.lastWord());
    }
    return result;
  }

  @Override
  public Running start(Command command) throws TestbedException {
    return LocalProcess.start(label(command), array(command));
  }

  /** Starts a command that goes on and writes to a log. */
  public LocalProcess daemon(Command command, Path log) throws TestbedException {
    return LocalProcess.daemon(label(command), array(command), log);
  }

  @Override
  public String read(String path) throws TestbedException {
    try {
      return Files.readString(Path.of(path));
    } catch (IOException e) {
      throw new TestbedException(path + " cannot be read: " + e.getMessage(), e);
    }
  }

  private String label(Command command) {
    return command.tool() + " in " + name;
  }

  private List<String> array(Command command) throws TestbedException {
    return launcher.command(command.tool(), command.arguments());
  }
}
