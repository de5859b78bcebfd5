package dev.shortpath.harness.testbed;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small file in /proc or /sys. */
public final class KernelFile {
  private static final int MOST = 1 << 16;

  private KernelFile() {}

  /**
   * What one read of it gives: a sysctl gives its value to the first read only, and {@link
   * Files#readString} starts with one byte where a file claims to have none.
   */
  public static String text(Path file) throws IOException {
    byte[] buffer = new byte[MOST];
    try (InputStream in = Files.newInputStream(file)) {
      int length = Math.max(0, in.read(buffer));
      return new String(buffer, 0, length, StandardCharsets.UTF_8);
    }
  }
}
