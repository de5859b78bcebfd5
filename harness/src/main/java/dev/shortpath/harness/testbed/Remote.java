package dev.shortpath.harness.testbed;

import java.nio.file.Path;
import java.time.Duration;

/** A way to run commands somewhere: a network namespace, a pod, a host over SSH. */
public interface Remote {
  /**
   * Ample for what is done at once, a tool that is asked or a server that begins to listen: on an
   * emulated or very busy machine that takes more than ten seconds.
   */
  Duration SOON = Duration.ofSeconds(30);

  /**
   * Runs a command to its end.
   *
   * @throws TestbedException when it cannot be started, or has not ended within {@code limit} (it
   *     is ended then). A status other than 0 is a {@link Result}, not an exception.
   */
  Result run(Command command, Duration limit) throws TestbedException, InterruptedException;

  /**
   * Starts a command that goes on.
   *
   * @throws TestbedException when it cannot be started
   */
  Running start(Command command) throws TestbedException;

  /**
   * The text of a small file, for example of a counter.
   *
   * @throws TestbedException when it cannot be read
   */
  String read(String path) throws TestbedException, InterruptedException;

  /**
   * Where a command there may write what is to become a file here: that file itself, where both
   * share their files.
   */
  default String scratch(Path file) {
    return file.toString();
  }

  /**
   * Brings here what a command has written to {@link #scratch}.
   *
   * @throws TestbedException when it cannot be had
   */
  default void fetch(Path file) throws TestbedException, InterruptedException {}
}
