package dev.shortpath.harness.testbed;

import java.io.InputStream;
import java.time.Duration;

/** A command that was started and goes on. Closing it ends it. */
public interface Running extends AutoCloseable {
  /** Its standard output, to be read while it runs. */
  InputStream out();

  /** Whether it still runs. */
  boolean alive();

  /** What it has said on standard error so far. */
  String err();

  /**
   * Waits for its end.
   *
   * @return its exit status
   * @throws TestbedException when it has not ended within {@code limit}
   */
  int await(Duration limit) throws TestbedException, InterruptedException;

  /**
   * Asks it to end (SIGTERM), and after a second ends it (SIGKILL). Does nothing when it is gone.
   */
  @Override
  void close();
}
