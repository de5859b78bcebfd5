package dev.shortpath.harness.cli;

import java.nio.file.Path;

/** How the user starts this program, for hints that can be typed as they stand. */
final class Invocation {
  /** System property: the program's name as it was called. */
  static final String NAME = "shortpath.command";

  private Invocation() {}

  /** A command on a run, for example {@code bin/shortpath report runs/a}. */
  static String of(String command, Path run) {
    return System.getProperty(NAME, "shortpath") + " " + command + " " + quoted(run.toString());
  }

  /** The same with sudo where that is how this process came to its rights. */
  static String asNow(String command, Path run) {
    return (System.getenv("SUDO_USER") == null ? "" : "sudo ") + of(command, run);
  }

  /** A word as a shell takes it. */
  private static String quoted(String word) {
    return word.matches("[\\w@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
