package dev.shortpath.harness.workload;

import dev.shortpath.harness.testbed.Running;
import dev.shortpath.harness.testbed.TestbedException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** What a program says first. */
final class Lines {
  private Lines() {}

  /**
   * Reads lines until one contains {@code word}. Reads byte by byte, so that what follows stays in
   * the stream.
   *
   * @throws TestbedException when the program ends or {@code limit} passes first
   */
  static String awaitLine(Running program, String word, Duration limit, String name)
      throws TestbedException, InterruptedException {
    try (Watchdog watchdog = Watchdog.over(program, limit)) {
      InputStream in = program.out();
      StringBuilder line = new StringBuilder();
      for (int b; (b = in.read()) >= 0; ) {
        if (b != '\n') {
          line.append((char) b);
        } else if (line.indexOf(word) >= 0) {
          return line.toString();
        } else {
          line.setLength(0);
        }
      }
      String why = watchdog.fired() ? "was not ready within " + limit.toSeconds() + " s" : "ended";
      throw new TestbedException(
          name + " " + why + ": " + program.err().strip().replaceAll("\\R", " | "));
    } catch (IOException e) {
      throw new TestbedException(name + ": its output broke off: " + e.getMessage(), e);
    }
  }
}
