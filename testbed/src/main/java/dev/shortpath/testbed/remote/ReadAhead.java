package dev.shortpath.testbed.remote;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What has come of a program's output, whoever brings it, so that {@link #available} tells what
 * there is without waiting.
 */
public final class ReadAhead extends InputStream {
  private static final int PIECES = 256;
  private static final int PIECE = 8192;
  private static final byte[] END = {};

  private final BlockingQueue<byte[]> pieces = new ArrayBlockingQueue<>(PIECES);
  private final AtomicInteger waiting = new AtomicInteger();
  private byte[] piece = END;
  private int at;
  private boolean ended;
  private volatile IOException failure;

  /** Begins to read a stream that cannot tell what is there. */
  public static ReadAhead of(InputStream stream) {
    ReadAhead ahead = new ReadAhead();
    Together.start(
        () -> {
          IOException broken = null;
          try {
            byte[] buffer = new byte[PIECE];
            for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
              ahead.put(Arrays.copyOf(buffer, n));
            }
          } catch (IOException e) {
            broken = e;
          } finally {
            ahead.end(broken);
          }
          return null;
        });
    return ahead;
  }

  /** Adds what has come; waits while much is unread. */
  public void put(byte[] more) throws InterruptedException {
    if (more.length > 0) {
      waiting.addAndGet(more.length);
      pieces.put(more);
    }
  }

  /**
   * Nothing more comes.
   *
   * @param broken why, where it is no orderly end; else null
   */
  public void end(IOException broken) throws InterruptedException {
    failure = broken;
    pieces.put(END);
  }

  @Override
  public int available() {
    return waiting.get();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] to, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (at == piece.length && !ended) {
      next();
    }
    if (ended) {
      if (failure != null) {
        throw new IOException(failure.getMessage(), failure);
      }
      return -1;
    }
    int n = Math.min(length, piece.length - at);
    System.arraycopy(piece, at, to, from, n);
    at += n;
    waiting.addAndGet(-n);
    return n;
  }

  private void next() throws IOException {
    try {
      piece = pieces.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    at = 0;
    ended = piece.length == 0;
  }
}
