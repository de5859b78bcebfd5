package dev.shortpath.harness.workload.ditg;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Reads the binary log of D-ITG's receiver from begin to end, in constant memory: one buffer, one
 * view. See {@code docs/ditg-log.md}.
 */
public final class DitgLog {
  /** As many records as fit into the cache of one core beside everything else. */
  private static final int BUFFERED = 4096;

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
   * @param records whole records
   * @param rest bytes after the last whole record: of one that a receiver which died did not finish
   */
  public record Extent(long records, int rest) {}

  /**
   * Shows every whole record of a log to {@code visitor}, in the order of the file.
   *
   * @throws DitgFormatException when it has no whole record, or one that cannot be a record
   * @throws IOException when it cannot be read
   */
  public static Extent read(Path log, Visitor visitor) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFERED * DitgRecord.BYTES);
    buffer.order(ByteOrder.LITTLE_ENDIAN);
    DitgRecord record = new DitgRecord(buffer);
    long records = 0;
    try (FileChannel channel = FileChannel.open(log)) {
      while (channel.read(buffer) >= 0) {
        int whole = buffer.position() / DitgRecord.BYTES;
        for (int i = 0; i < whole; i++) {
          String fault = record.at(i * DitgRecord.BYTES).fault();
          if (fault != null) {
            throw notALog(log, records + i, fault);
          }
          visitor.visit(record);
        }
        records += whole;
        buffer.flip().position(whole * DitgRecord.BYTES);
        buffer.compact();
      }
    }
    if (records == 0) {
      throw new DitgFormatException(
          log + " holds no packet: a receiver's log of D-ITG has 144 bytes for each");
    }
    return new Extent(records, buffer.position());
  }

  private static DitgFormatException notALog(Path log, long before, String fault) {
    return new DitgFormatException(
        String.format(
            "%s is not a binary log of D-ITG's receiver: record %d (byte %d) has %s",
            log, before + 1, before * DitgRecord.BYTES, fault));
  }
}
