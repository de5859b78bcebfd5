package dev.shortpath.harness.testbed;

/**
 * A testbed could not do what was asked. The message is one line: what, where and, if known, the
 * remedy.
 */
public class TestbedException extends Exception {
  private static final long serialVersionUID = 1;

  public TestbedException(String message) {
    super(message);
  }

  public TestbedException(String message, Throwable cause) {
    super(message, cause);
  }
}
