package dev.shortpath.harness.workload;

import java.util.Map;

/**
 * A workload's parameter.
 *
 * @param name in YAML, for example {@code interval-us}
 * @param kind what its values look like
 * @param defaultValue used where an experiment does not name it
 * @param meaning one sentence
 */
public record Parameter(String name, Kind kind, String defaultValue, String meaning) {
  /** A {@link Kind#COUNT} or {@link Kind#POSITIVE} among complete parameters. */
  public static long number(Map<String, String> parameters, String name) {
    return Long.parseLong(parameters.get(name));
  }

  /** A {@link Kind#FLAG} among complete parameters. */
  public static boolean flag(Map<String, String> parameters, String name) {
    return Boolean.parseBoolean(parameters.get(name));
  }

  /** What values look like. */
  public enum Kind {
    /** 0, 1, 2 … */
    COUNT("[0-9]{1,15}", "count"),
    /** 1, 2, 3 … */
    POSITIVE("[1-9][0-9]{0,14}", "number from 1"),
    /** true or false. */
    FLAG("true|false", "flag (true or false)"),
    /** A word, see {@link dev.shortpath.harness.experiment.Names}. */
    WORD("[a-z0-9-]{1,40}", "word");

    private final String pattern;
    private final String words;

    Kind(String pattern, String words) {
      this.pattern = pattern;
      this.words = words;
    }

    /** As messages name it. */
    public String words() {
      return words;
    }

    /** Whether {@code value} is of this kind. */
    public boolean accepts(String value) {
      return value.matches(pattern);
    }
  }
}
