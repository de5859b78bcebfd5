package dev.shortpath.harness.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A standard stream that remembers why it could not be written, as {@link PrintStream} does not.
 */
final class StandardStream extends OutputStream {
  /** EPIPE, as Java words it: whoever read has seen enough. */
  private static final String NO_READER = "Broken pipe";

  private final OutputStream to;
  private volatile String failure;

  StandardStream(FileDescriptor stream) {
    to = new FileOutputStream(stream);
  }

  /**
   * In UTF-8, whatever the locale says: figures hold minus signs and µs, and in the POSIX locale
   * Java would write question marks in their places.
   */
  PrintStream printer() {
    return new PrintStream(this, true, StandardCharsets.UTF_8);
  }

  /** Why something was lost; empty when nothing was, or when the reader had gone. */
  Optional<String> failure() {
    return Optional.ofNullable(failure).filter(why -> !why.equals(NO_READER));
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      to.write(bytes, offset, length);
    } catch (IOException e) {
      failure = e.getMessage();
      throw e;
    }
  }
}
