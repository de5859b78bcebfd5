package dev.shortpath.harness.workload.ditg;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads the binary log of D-ITG's receiver from begin to end, in constant memory: one buffer, its
 * words in an array, one view. See {@code docs/ditg-log.md}.
 */
public final class DitgLog {
  /** Records that are read at once: the processor's cache holds them. */
  private static final int BUFFERED = 1024;

  /** Records that are worked on at once: few, so that the loops over them are soon compiled. */
  private static final int BATCH = 64;

  private DitgLog() {}

  /** Takes the records of a log one after the other. */
  @FunctionalInterface
  public interface Visitor {
    /** Takes one record; {@code at} shows it until this call returns. */
    void visit(DitgRecord at);
  }

  /**
   * What a log consists of.
   *
   * @param records whole records, at least one
   * @param rest bytes after the last whole record: of one that a receiver which died did not finish
   */
  public record Extent(long records, int rest) {}

  /**
   * Measures a log.
   *
   * @throws DitgFormatException when it has no whole record
   */
  public static Extent extent(Path log) throws IOException {
    long bytes = Files.size(log);
    if (bytes < DitgRecord.BYTES) {
      throw new DitgFormatException(
          log + " holds no packet: a receiver's log of D-ITG has 144 bytes for each");
    }
    return new Extent(bytes / DitgRecord.BYTES, (int) (bytes % DitgRecord.BYTES));
  }

  /**
   * Shows every whole record of a log to {@code visitor}, in the order of the file.
   *
   * @throws DitgFormatException when it has no whole record, or one that cannot be a record
   * @throws IOException when it cannot be read
   */
  public static Extent read(Path log, Visitor visitor) throws IOException {
    Extent extent = extent(log);
    read(log, 0, extent.records(), visitor);
    return extent;
  }

  /** The receiving time of a log's first record, seconds since midnight. */
  static double start(Path log) throws IOException {
    double[] start = new double[1];
    read(log, 0, 1, (Visitor) at -> start[0] = at.received());
    return start[0];
  }

  /** Shows the records from number {@code from} to before number {@code to}, counted from 0. */
  private static void read(Path log, long from, long to, Visitor visitor) throws IOException {
    read(
        log,
        from,
        to,
        (words, first, end) -> {
          DitgRecord record = new DitgRecord(words);
          for (int i = first; i < end; i++) {
            visitor.visit(record.at(i));
          }
        });
  }

  /** Takes records by the batch: each of one flow, sent and received in one minute each. */
  @FunctionalInterface
  interface Batches {
    /**
     * Takes the records from number {@code from} to before number {@code to}, counted from 0 in
     * {@code words}, until this call returns.
     */
    void take(long[] words, int from, int to);
  }

  /** Hands over the records from number {@code from} to before number {@code to}. */
  static void read(Path log, long from, long to, Batches batches) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFERED * DitgRecord.BYTES);
    LongBuffer inOrder = buffer.order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    long[] words = new long[BUFFERED * DitgRecord.WORDS];
    try (FileChannel channel = FileChannel.open(log)) {
      for (long at = from; at < to; at += BUFFERED) {
        int count = (int) Math.min(BUFFERED, to - at);
        fill(channel, buffer, at * DitgRecord.BYTES, count * DitgRecord.BYTES);
        inOrder.get(0, words, 0, count * DitgRecord.WORDS);
        hand(log, words, at, count, batches);
      }
    }
  }

  private static void fill(FileChannel channel, ByteBuffer buffer, long at, int bytes)
      throws IOException {
    buffer.clear().limit(bytes);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, at + buffer.position()) < 0) {
        throw new EOFException("the log has become shorter while it was read");
      }
    }
  }

  private static void hand(Path log, long[] words, long before, int count, Batches batches)
      throws DitgFormatException {
    DitgRecord record = new DitgRecord(words);
    for (int from = 0, to; from < count; from = to) {
      if (!record.at(from).plausible()) {
        throw new DitgFormatException(
            String.format(
                "%s is not a binary log of D-ITG's receiver: record %d (byte %d) has %s",
                log, before + from + 1, (before + from) * DitgRecord.BYTES, record.fault()));
      }
      to = DitgRecord.alike(words, from, Math.min(from + BATCH, count));
      batches.take(words, from, to);
    }
  }
}
