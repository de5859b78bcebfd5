package dev.shortpath.harness.cli;

/** Exit codes, as {@code shortpath --help} lists them. */
final class ExitCodes {
  static final int DONE = 0;
  static final int CLAIM_FAILED = 1;
  static final int BAD_INPUT = 2;
  static final int NOT_COMPLETED = 3;
  static final int INTERRUPTED = 130;

  private ExitCodes() {}
}
