package dev.shortpath.harness.workload.ditg;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads the binary log of D-ITG's receiver from begin to end, in constant memory: one buffer, one
 * view. See {@code docs/ditg-log.md}.
 */
public final class DitgLog {
  /** Records that are read at once: the processor's cache holds them. */
  private static final int BUFFERED = 2048;

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
    read(log, 0, 1, at -> start[0] = at.received());
    return start[0];
  }

  /** Shows the records from number {@code from} to before number {@code to}, counted from 0. */
  static void read(Path log, long from, long to, Visitor visitor) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFERED * DitgRecord.BYTES);
    buffer.order(ByteOrder.LITTLE_ENDIAN);
    DitgRecord record = new DitgRecord(buffer);
    try (FileChannel channel = FileChannel.open(log)) {
      for (long at = from; at < to; at += BUFFERED) {
        int count = (int) Math.min(BUFFERED, to - at);
        fill(channel, buffer, at * DitgRecord.BYTES, count * DitgRecord.BYTES);
        show(log, record, at, count, visitor);
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

  private static void show(Path log, DitgRecord record, long before, int count, Visitor visitor)
      throws DitgFormatException {
    for (int i = 0; i < count; i++) {
      record.at(i * DitgRecord.BYTES);
      if (!record.plausible()) {
        throw new DitgFormatException(
            String.format(
                "%s is not a binary log of D-ITG's receiver: record %d (byte %d) has %s",
                log, before + i + 1, (before + i) * DitgRecord.BYTES, record.fault()));
      }
      visitor.visit(record);
    }
  }
}
