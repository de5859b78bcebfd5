package dev.shortpath.harness.workload;

import java.util.Map;

/**
 * A workload's parameter.
 *
 * @param name in YAML, for example {@code interval-us}
 * @param kind what its values look like
 * @param defaultValue used where an experiment does not name it
 * @param meaning one sentence
 * @param least of a number
 * @param most of a number; what is beyond would only fail when the tool is started
 */
public record Parameter(
    String name, Kind kind, String defaultValue, String meaning, long least, long most) {
  /** A parameter that its kind alone bounds. */
  public Parameter(String name, Kind kind, String defaultValue, String meaning) {
    this(name, kind, defaultValue, meaning, 0, Long.MAX_VALUE);
  }

  /** The same, a number from {@code least} to {@code most}. */
  public Parameter within(long least, long most) {
    return new Parameter(name, kind, defaultValue, meaning, least, most);
  }

  /** What values look like, in words. */
  public String words() {
    return most == Long.MAX_VALUE ? kind.words() : "number from " + least + " to " + most;
  }

  /** Whether {@code value} can be one. */
  public boolean accepts(String value) {
    return kind.accepts(value) && (most == Long.MAX_VALUE || within(Long.parseLong(value)));
  }

  private boolean within(long value) {
    return value >= least && value <= most;
  }

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
