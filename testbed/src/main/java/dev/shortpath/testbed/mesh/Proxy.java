package dev.shortpath.testbed.mesh;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.remote.LocalProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A proxy's process.
 *
 * @param name for messages
 * @param process it runs as
 * @param log that it writes
 */
record Proxy(String name, LocalProcess process, Path log) {
  /** How long a tool may take that sets something up or tells its version. */
  static final Duration TOOL_LIMIT = Duration.ofSeconds(5);

  private static final long READY_NANOS = 10_000_000_000L;
  private static final long POLL_MILLIS = 5;

  /** Whether a proxy does its work; not being able to ask it yet is an {@link IOException}. */
  interface Probe {
    boolean ready() throws IOException;
  }

  /**
   * Waits until the proxy is ready.
   *
   * @throws TestbedException when it died or is not ready within 10 s, with its last words
   */
  void awaitReady(Probe probe) throws TestbedException, InterruptedException {
    long end = System.nanoTime() + READY_NANOS;
    while (System.nanoTime() < end) {
      check();
      try {
        if (probe.ready()) {
          return;
        }
      } catch (IOException e) {
        // Its socket is not there yet.
      }
      Thread.sleep(POLL_MILLIS);
    }
    throw new TestbedException(name + " is not ready after 10 s: " + lastWord());
  }

  /**
   * Checks that it runs.
   *
   * @throws TestbedException when it died, with its last words
   */
  void check() throws TestbedException {
    if (!process.alive()) {
      throw new TestbedException(name + " died: " + lastWord());
    }
  }

  private String lastWord() {
    try {
      List<String> lines = Files.readAllLines(log);
      return lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1).strip();
    } catch (IOException e) {
      return "its log cannot be read: " + e.getMessage();
    }
  }
}
