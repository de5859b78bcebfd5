package dev.shortpath.testbed.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The process that a run belongs to, in words that can be written on what the run makes: process id
 * and start time, which together name one process for as long as the host is up.
 */
public final class Owner {
  private Owner() {}

  /**
   * This process.
   *
   * @throws IOException where {@code /proc} cannot be read
   */
  public static String self() throws IOException {
    return process("self").orElseThrow(() -> new IOException("/proc/self/stat is not readable"));
  }

  /** Whether the process that is meant still runs. */
  public static boolean alive(String owner) {
    return process(owner.split(" ")[0]).filter(owner::equals).isPresent();
  }

  private static Optional<String> process(String pid) {
    try {
      String stat = Files.readString(Path.of("/proc", pid, "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return Optional.of(stat.substring(0, stat.indexOf(' ')) + " " + fields[19]);
    } catch (IOException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }
}
