package dev.shortpath.harness.workload.ditg;

import java.io.IOException;

/** A file that is not a receiver's log of D-ITG; the message says which, where and why. */
public final class DitgFormatException extends IOException {
  private static final long serialVersionUID = 1;

  DitgFormatException(String message) {
    super(message);
  }
}
