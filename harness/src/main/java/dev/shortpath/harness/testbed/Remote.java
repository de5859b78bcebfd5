package dev.shortpath.harness.testbed;

import java.time.Duration;

/** A way to run commands somewhere: a network namespace, a pod, a host over SSH. */
public interface Remote {
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
}
