package dev.shortpath.testbed.mesh;

import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.remote.LocalProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A proxy's process.
 *
 * @param name for messages
 * @param process it runs as
 * @param log that it writes
 */
record Proxy(String name, LocalProcess process, Path log) {
  private static final long POLL_MILLIS = 5;

  /** Whether a proxy does its work; not being able to ask it yet is an {@link IOException}. */
  interface Probe {
    boolean ready() throws IOException;
  }

  /**
   * Waits until the proxy is ready.
   *
   * @throws TestbedException when it died or is not ready {@link Remote#SOON soon}, with its last
   *     words
   */
  void awaitReady(Probe probe) throws TestbedException, InterruptedException {
    long end = System.nanoTime() + Remote.SOON.toNanos();
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
    throw new TestbedException(
        name + " is not ready after " + Remote.SOON.toSeconds() + " s: " + lastWord());
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
