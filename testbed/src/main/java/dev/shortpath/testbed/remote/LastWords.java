package dev.shortpath.testbed.remote;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What a command says on standard error, read while it runs; of very much, the end. */
public final class LastWords {
  private static final int LIMIT = 1 << 16;
  private static final long PATIENCE_MILLIS = 500;

  private final StringBuilder text = new StringBuilder();
  private final CountDownLatch ended = new CountDownLatch(1);

  private LastWords() {}

  /** Of a command that says nothing there. */
  public static LastWords none() {
    LastWords words = new LastWords();
    words.ended.countDown();
    return words;
  }

  /** Reads a stream to its end, in the background. */
  public static LastWords of(InputStream in) {
    LastWords words = new LastWords();
    Together.start(
        () -> {
          try {
            words.drain(in);
          } finally {
            words.ended.countDown();
          }
          return null;
        });
    return words;
  }

  private void drain(InputStream in) throws IOException {
    byte[] buffer = new byte[4096];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      synchronized (text) {
        text.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
        if (text.length() > LIMIT) {
          text.delete(0, text.length() - LIMIT);
        }
      }
    }
  }

  /**
   * Waits for what an ended command has said. A child that it left may hold the stream open: no
   * longer than a moment.
   */
  public void await() throws InterruptedException {
    ended.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** What was said so far. */
  public String text() {
    synchronized (text) {
      return text.toString();
    }
  }
}
