package dev.shortpath.harness.published;

import java.io.IOException;

/** Published data cannot be read. The message is one line with the place and the remedy. */
public class ImportException extends IOException {
  private static final long serialVersionUID = 1;

  public ImportException(String message) {
    super(message);
  }
}
