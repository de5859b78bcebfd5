package dev.shortpath.harness.workload.ditg;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes logs as ITGRecv does, for cases that are hard to produce on purpose. */
final class Records {
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();

  /** Adds a packet; times in seconds since midnight. */
  Records add(int flow, int sequence, double sent, double received, int size) {
    ByteBuffer record = ByteBuffer.allocate(DitgRecord.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    record.putInt(flow).putInt(sequence).putInt(40_000 + flow).putInt(9000);
    time(record, sent);
    time(record, received).putInt(size);
    record.put("fd00::1".getBytes(StandardCharsets.US_ASCII));
    record.position(DitgRecord.DESTINATION);
    record.put("10.0.0.2".getBytes(StandardCharsets.US_ASCII));
    record.position(DitgRecord.TIMES);
    record.putDouble(second(sent)).putDouble(second(received));
    log.writeBytes(record.array());
    return this;
  }

  private static ByteBuffer time(ByteBuffer record, double time) {
    return record.putInt((int) (time / 3600) % 24).putInt((int) (time / 60) % 60);
  }

  private static double second(double time) {
    return time - 60 * Math.floor(time / 60);
  }

  Records raw(byte[] bytes) {
    log.writeBytes(bytes);
    return this;
  }

  Path to(Path file) throws IOException {
    return Files.write(file, log.toByteArray());
  }
}
