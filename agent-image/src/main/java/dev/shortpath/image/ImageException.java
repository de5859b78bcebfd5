package dev.shortpath.image;

/** An image cannot be built from what was given. The message says what, where and the remedy. */
public class ImageException extends Exception {
  private static final long serialVersionUID = 1;

  public ImageException(String message) {
    super(message);
  }

  public ImageException(String message, Throwable cause) {
    super(message, cause);
  }
}
