package dev.shortpath.harness.testbed;

/** A testbed cannot be had as it is: setting it up again is of no use before somebody mends it. */
public final class UnusableException extends TestbedException {
  private static final long serialVersionUID = 1;

  /** With what is to be done about it. */
  public UnusableException(String message) {
    super(message);
  }
}
