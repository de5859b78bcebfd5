package dev.shortpath.testbed.dataplane;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hash in the names of kube-proxy's chains: the begin of base32 (RFC 4648) of SHA-256. */
final class Hash {
  private static final char[] DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".toCharArray();
  private static final int BITS = 5;

  private final MessageDigest sha256;

  Hash() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The first {@code digits} digits, 16 at most, of the hash of {@code text}. */
  String of(String text, int digits) {
    byte[] sum = sha256.digest(text.getBytes(StandardCharsets.UTF_8));
    char[] out = new char[digits];
    int buffer = 0;
    int bits = 0;
    int next = 0;
    for (int i = 0; i < digits; i++) {
      if (bits < BITS) {
        buffer = (buffer << 8) | (sum[next++] & 255);
        bits += 8;
      }
      bits -= BITS;
      out[i] = DIGITS[buffer >> bits & 31];
    }
    return new String(out);
  }
}
