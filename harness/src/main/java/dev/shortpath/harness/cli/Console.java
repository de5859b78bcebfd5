package dev.shortpath.harness.cli;

import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.ColorScheme;

/** What may be printed where: colours and bars on a terminal only, and never with NO_COLOR. */
final class Console {
  private Console() {}

  static boolean terminal() {
    return System.console() != null && !"dumb".equals(System.getenv("TERM"));
  }

  static ColorScheme colors() {
    boolean plain = System.getenv("NO_COLOR") != null || !terminal();
    return Help.defaultColorScheme(plain ? Ansi.OFF : Ansi.AUTO);
  }
}
