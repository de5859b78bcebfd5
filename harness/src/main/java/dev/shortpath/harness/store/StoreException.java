package dev.shortpath.harness.store;

import java.io.IOException;

/**
 * A run directory cannot be read or written. The message is one line with the path and the remedy.
 */
public class StoreException extends IOException {
  private static final long serialVersionUID = 1;

  public StoreException(String message) {
    super(message);
  }

  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
