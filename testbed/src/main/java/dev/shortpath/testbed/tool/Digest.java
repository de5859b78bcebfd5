package dev.shortpath.testbed.tool;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Which file it was, exactly. */
public final class Digest {
  private Digest() {}

  /**
   * The file's SHA-256, 64 lower-case hexadecimal digits.
   *
   * @throws IOException when it cannot be read
   */
  public static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        DigestInputStream digest =
            new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
      digest.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@code SHA-256 …} of a file, or that it is unknown and why: for the list of parts. */
  public static String describe(Path file) {
    try {
      return "SHA-256 " + sha256(file);
    } catch (IOException e) {
      return "SHA-256 unknown: " + e;
    }
  }
}
