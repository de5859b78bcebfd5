package dev.shortpath.harness.testbed;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A program and its arguments: an array, never a shell's line.
 *
 * @param tool name of the program, resolved by the {@link Remote} (a build's own binary or one on
 *     its path)
 * @param arguments as the program gets them
 */
public record Command(String tool, List<String> arguments) {
  public Command {
    arguments = List.copyOf(arguments);
  }

  /** A command from its words. */
  public static Command of(String tool, String... arguments) {
    return new Command(tool, List.of(arguments));
  }

  /** This command with more arguments at its end. */
  public Command and(String... more) {
    List<String> all = new ArrayList<>(arguments);
    Collections.addAll(all, more);
    return new Command(tool, all);
  }

  @Override
  public String toString() {
    return tool + " " + String.join(" ", arguments);
  }
}
