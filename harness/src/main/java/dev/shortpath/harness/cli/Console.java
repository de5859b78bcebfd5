package dev.shortpath.harness.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.ColorScheme;

/** What may be printed where: colours and bars on a terminal only, and never with NO_COLOR. */
final class Console {
  private Console() {}

  /**
   * A standard stream in UTF-8, whatever the locale says: figures hold minus signs and µs, and in
   * the POSIX locale Java would write question marks in their places.
   */
  static PrintStream utf8(FileDescriptor stream) {
    return new PrintStream(new FileOutputStream(stream), true, StandardCharsets.UTF_8);
  }

  static boolean terminal() {
    return System.console() != null && !"dumb".equals(System.getenv("TERM"));
  }

  static ColorScheme colors() {
    boolean plain = System.getenv("NO_COLOR") != null || !terminal();
    return Help.defaultColorScheme(plain ? Ansi.OFF : Ansi.AUTO);
  }
}
