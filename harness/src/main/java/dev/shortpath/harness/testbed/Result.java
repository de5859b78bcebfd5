package dev.shortpath.harness.testbed;

/**
 * How a command ended.
 *
 * @param exit its exit status; 128 + n where signal n ended it
 * @param out all of its standard output, UTF-8
 * @param err all of its standard error, UTF-8
 */
public record Result(int exit, String out, String err) {
  /** Whether the exit status is 0. */
  public boolean ok() {
    return exit == 0;
  }

  /**
   * The last line that the command said on standard error, else on standard output: for messages.
   */
  public String lastWord() {
    String text = err.isBlank() ? out : err;
    String[] lines = text.strip().split("\\R");
    return lines[lines.length - 1];
  }
}
