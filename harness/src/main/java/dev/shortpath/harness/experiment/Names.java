package dev.shortpath.harness.experiment;

import java.util.regex.Pattern;

/** The one rule for every name that comes from outside. */
public final class Names {
  /** Safe in a path, a namespace name, a command's argument and a report. */
  public static final Pattern PATTERN = Pattern.compile("[a-z0-9-]{1,40}");

  private Names() {}

  /**
   * Returns {@code name} when it follows the rule.
   *
   * @throws IllegalArgumentException naming {@code what} and the rule
   */
  public static String check(String what, String name) {
    if (name == null || !PATTERN.matcher(name).matches()) {
      throw new IllegalArgumentException(
          what + " '" + name + "' must match " + PATTERN.pattern() + " (lower case, digits, -)");
    }
    return name;
  }
}
