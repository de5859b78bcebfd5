package dev.shortpath.harness.cli;

/** Exit codes, as {@code shortpath --help} lists them. */
final class ExitCodes {
  static final int DONE = 0;
  static final int CLAIM_FAILED = 1;
  static final int BAD_INPUT = 2;
  static final int NOT_COMPLETED = 3;
  static final int INTERRUPTED = 130;

  static final String IS_DONE = DONE + ":done";
  static final String IS_CLAIM_FAILED = CLAIM_FAILED + ":with --strict: a claim was not reproduced";
  static final String IS_BAD_INPUT = BAD_INPUT + ":bad input, or this machine lacks something";
  static final String IS_NOT_COMPLETED =
      NOT_COMPLETED + ":a trial could not be completed or attested, or a file could not be written";
  static final String IS_NOT_WRITTEN = NOT_COMPLETED + ":a file could not be read or written";
  static final String IS_NOT_REMOVED = NOT_COMPLETED + ":something could not be removed";
  static final String IS_READY = DONE + ":a testbed is ready for every experiment";
  static final String IS_NOT_READY = BAD_INPUT + ":this machine lacks something, or is occupied";
  static final String IS_INTERRUPTED =
      INTERRUPTED + ":interrupted; everything was torn down, the run can be resumed";

  private ExitCodes() {}
}
