package dev.shortpath.harness.catalog;

/** What was asked cannot be done. The message names the file, the field and the remedy. */
public class BadInputException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public BadInputException(String message) {
    super(message);
  }

  public BadInputException(String message, Throwable cause) {
    super(message, cause);
  }
}
