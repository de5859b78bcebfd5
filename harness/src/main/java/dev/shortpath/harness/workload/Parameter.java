package dev.shortpath.harness.workload;

/**
 * A workload's parameter.
 *
 * @param name in YAML, for example {@code interval-us}
 * @param kind what its values look like
 * @param defaultValue used where an experiment does not name it
 * @param meaning one sentence
 */
public record Parameter(String name, Kind kind, String defaultValue, String meaning) {
  /** What values look like. */
  public enum Kind {
    /** 0, 1, 2 … */
    COUNT("[0-9]{1,15}"),
    /** true or false. */
    FLAG("true|false"),
    /** A word, see {@link dev.shortpath.harness.experiment.Names}. */
    WORD("[a-z0-9-]{1,40}");

    private final String pattern;

    Kind(String pattern) {
      this.pattern = pattern;
    }

    /** Whether {@code value} is of this kind. */
    public boolean accepts(String value) {
      return value.matches(pattern);
    }
  }
}
