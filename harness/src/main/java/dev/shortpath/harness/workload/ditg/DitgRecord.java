package dev.shortpath.harness.workload.ditg;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A view of one record of a log: one received packet. The same view is moved from record to record:
 * whoever wants to keep something reads it out. Fields are decoded when they are asked for.
 *
 * <p>Layout: {@code docs/ditg-log.md}.
 */
public final class DitgRecord {
  /** Bytes of a record. */
  public static final int BYTES = 144;

  static final int SOURCE = 36;
  static final int DESTINATION = 82;
  static final int TIMES = 128;
  static final double DAY = 86_400;

  private static final int TEXT = 46;
  private static final int PORTS = 8;
  private static final int HIGHEST_PORT = 65_535;

  private final ByteBuffer buffer;
  private int at;

  DitgRecord(ByteBuffer buffer) {
    this.buffer = buffer;
  }

  DitgRecord at(int offset) {
    at = offset;
    return this;
  }

  /** Number of the flow, as the sender counts its flows, from 1. */
  public int flow() {
    return buffer.getInt(at);
  }

  /** Sequence number of the packet in its flow, from 1. */
  public int sequence() {
    return buffer.getInt(at + 4);
  }

  /** Port that the packet came from. */
  public int sourcePort() {
    return buffer.getInt(at + PORTS);
  }

  /** Port that the receiver listened on. */
  public int destinationPort() {
    return buffer.getInt(at + PORTS + 4);
  }

  /** Bytes of payload. */
  public int size() {
    return buffer.getInt(at + 32);
  }

  /** When it was sent, in seconds since midnight UTC by the sender's clock. */
  public double sent() {
    return time(16, TIMES);
  }

  /** When it was received, in seconds since midnight UTC by the receiver's clock. */
  public double received() {
    return time(24, TIMES + 8);
  }

  /** Sender's address as text. */
  public String source() {
    return text(SOURCE);
  }

  /** Receiver's address as text. */
  public String destination() {
    return text(DESTINATION);
  }

  /** One-way delay in seconds; midnight between sending and receiving makes no difference. */
  public double delay() {
    return delay(received());
  }

  double delay(double received) {
    double delay = received - sent();
    return Math.abs(delay) <= DAY / 2 ? delay : delay < 0 ? delay + DAY : delay - DAY;
  }

  long word(int offset) {
    return buffer.getLong(at + offset);
  }

  private double time(int hour, int seconds) {
    int whole = buffer.getInt(at + hour) * 3600 + buffer.getInt(at + hour + 4) * 60;
    return whole + buffer.getDouble(at + seconds);
  }

  private String text(int offset) {
    byte[] bytes = new byte[TEXT];
    int length = 0;
    for (byte b; length < TEXT && (b = buffer.get(at + offset + length)) != 0; length++) {
      bytes[length] = b;
    }
    return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
  }

  /** Whether this can be a record at all. */
  boolean plausible() {
    return (flow() | sequence() | size()) >= 0
        && ((sourcePort() | destinationPort()) & ~HIGHEST_PORT) == 0
        && clock(16, TIMES)
        && clock(24, TIMES + 8)
        && address(SOURCE)
        && address(DESTINATION);
  }

  /** What is wrong with a record that is not {@link #plausible}. */
  String fault() {
    if ((flow() | sequence() | size()) < 0) {
      return "flow " + flow() + ", sequence number " + sequence() + ", size " + size();
    }
    if (((sourcePort() | destinationPort()) & ~HIGHEST_PORT) != 0) {
      return "ports " + sourcePort() + " and " + destinationPort();
    }
    return clock(16, TIMES) && clock(24, TIMES + 8)
        ? "an address that is none"
        : "a time that no clock shows";
  }

  private boolean clock(int hour, int seconds) {
    double second = buffer.getDouble(at + seconds);
    return Integer.compareUnsigned(buffer.getInt(at + hour), 24) < 0
        && Integer.compareUnsigned(buffer.getInt(at + hour + 4), 60) < 0
        && second >= 0
        && second < 61;
  }

  /** Looks at the first character only: addresses are compared, never used. */
  private boolean address(int offset) {
    byte b = buffer.get(at + offset);
    return b >= '0' && b <= ':' || b >= 'a' && b <= 'f' || b >= 'A' && b <= 'F';
  }
}
