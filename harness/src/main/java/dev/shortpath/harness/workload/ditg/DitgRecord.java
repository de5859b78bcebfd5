package dev.shortpath.harness.workload.ditg;

import java.nio.charset.StandardCharsets;

/**
 * A view of one record of a log: one received packet. The same view is moved from record to record:
 * whoever wants to keep something reads it out. Fields are decoded when they are asked for.
 *
 * <p>A record is 18 words of 8 bytes, and every field but the texts lies within one of them.
 * Reading an array of words costs little even before the compiler has seen the code: of a second's
 * reading, most is over by then.
 *
 * <p>Layout: {@code docs/ditg-log.md}.
 */
public final class DitgRecord {
  /** Bytes of a record. */
  public static final int BYTES = 144;

  static final int WORDS = BYTES / Long.BYTES;
  static final int SOURCE = 36;
  static final int DESTINATION = 82;
  static final int TIMES = 128;
  static final int TEXT = 46;
  static final double DAY = 86_400;

  private static final int PORTS = 1;
  private static final int SENT = 2;
  private static final int RECEIVED = 3;
  private static final int SIZE = 4;
  private static final int SECONDS = TIMES / Long.BYTES;
  private static final int HIGHEST_PORT = 65_535;
  private static final long LOWER = 0xffff_ffffL;

  /** A minute with its leap second. Bits of positive numbers are in the numbers' own order. */
  private static final long MINUTE = Double.doubleToLongBits(61);

  private final long[] words;
  private int at;

  /** A view of records in words of little-endian byte order. */
  DitgRecord(long[] words) {
    this.words = words;
  }

  /** Moves to a record, numbered from 0. */
  DitgRecord at(int record) {
    at = record * WORDS;
    return this;
  }

  /** Number of the flow, as the sender counts its flows, from 1. */
  public int flow() {
    return (int) words[at];
  }

  /** Sequence number of the packet in its flow, from 1. */
  public int sequence() {
    return (int) (words[at] >>> 32);
  }

  /** Port that the packet came from. */
  public int sourcePort() {
    return (int) words[at + PORTS];
  }

  /** Port that the receiver listened on. */
  public int destinationPort() {
    return (int) (words[at + PORTS] >>> 32);
  }

  /** Bytes of payload. */
  public int size() {
    return (int) words[at + SIZE];
  }

  /** When it was sent, in seconds since midnight UTC by the sender's clock. */
  public double sent() {
    return sent(words, at);
  }

  /** When it was received, in seconds since midnight UTC by the receiver's clock. */
  public double received() {
    return received(words, at);
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
    return delay(received(), sent());
  }

  static int sequence(long[] words, int at) {
    return (int) (words[at] >>> 32);
  }

  static int size(long[] words, int at) {
    return (int) words[at + SIZE];
  }

  static double sent(long[] words, int at) {
    return minutes(words[at + SENT]) + Double.longBitsToDouble(words[at + SECONDS]);
  }

  static double received(long[] words, int at) {
    return minutes(words[at + RECEIVED]) + Double.longBitsToDouble(words[at + SECONDS + 1]);
  }

  static double delay(double received, double sent) {
    double delay = received - sent;
    return Math.abs(delay) <= DAY / 2 ? delay : delay < 0 ? delay + DAY : delay - DAY;
  }

  long word(int number) {
    return words[at + number];
  }

  /** Seconds until an hour and its minute. */
  private static int minutes(long hourAndMinute) {
    return (int) hourAndMinute * 3600 + (int) (hourAndMinute >>> 32) * 60;
  }

  private int character(int offset) {
    return (int) (words[at + offset / Long.BYTES] >>> offset % Long.BYTES * Byte.SIZE) & 0xff;
  }

  private String text(int offset) {
    byte[] bytes = new byte[TEXT];
    int length = 0;
    for (int c; length < TEXT && (c = character(offset + length)) != 0; length++) {
      bytes[length] = (byte) c;
    }
    return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
  }

  /**
   * The first record after a plausible one that is not like it: that is of another flow, of another
   * minute, or may not be plausible. What is alike differs in sequence number, size and seconds.
   *
   * @param from number of the plausible record
   * @param to number of the record after the last; returned when all are alike
   */
  static int alike(long[] words, int from, int to) {
    int at = from * WORDS;
    long flow = words[at];
    long ports = words[at + PORTS];
    long sent = words[at + SENT];
    long received = words[at + RECEIVED];
    long text4 = words[at + SIZE];
    long text5 = words[at + 5];
    long text6 = words[at + 6];
    long text7 = words[at + 7];
    long text8 = words[at + 8];
    long text9 = words[at + 9];
    long text10 = words[at + 10];
    long text11 = words[at + 11];
    long text12 = words[at + 12];
    long text13 = words[at + 13];
    long text14 = words[at + 14];
    long text15 = words[at + 15];
    for (int i = from + 1; i < to; i++) {
      at += WORDS;
      long number = words[at];
      long size = words[at + SIZE];
      long sentSecond = words[at + SECONDS];
      long receivedSecond = words[at + SECONDS + 1];
      long others =
          (number ^ flow) & LOWER
              | words[at + PORTS] ^ ports
              | words[at + SENT] ^ sent
              | words[at + RECEIVED] ^ received
              | (size ^ text4) & ~LOWER
              | words[at + 5] ^ text5
              | words[at + 6] ^ text6
              | words[at + 7] ^ text7
              | words[at + 8] ^ text8
              | words[at + 9] ^ text9
              | words[at + 10] ^ text10
              | words[at + 11] ^ text11
              | words[at + 12] ^ text12
              | words[at + 13] ^ text13
              | words[at + 14] ^ text14
              | words[at + 15] ^ text15;
      long signs = number | size << 32 | sentSecond | receivedSecond;
      if (others != 0 || signs < 0 || sentSecond >= MINUTE || receivedSecond >= MINUTE) {
        return i;
      }
    }
    return to;
  }

  /** Whether this can be a record at all. */
  boolean plausible() {
    return numbers() && ports() && clocks() && address(SOURCE) && address(DESTINATION);
  }

  /** What is wrong with a record that is not {@link #plausible}. */
  String fault() {
    if (!numbers()) {
      return "flow " + flow() + ", sequence number " + sequence() + ", size " + size();
    }
    if (!ports()) {
      return "ports " + sourcePort() + " and " + destinationPort();
    }
    return clocks() ? "an address that is none" : "a time that no clock shows";
  }

  private boolean numbers() {
    return (flow() | sequence() | size()) >= 0;
  }

  private boolean ports() {
    return ((sourcePort() | destinationPort()) & ~HIGHEST_PORT) == 0;
  }

  private boolean clocks() {
    return clock(words[at + SENT], words[at + SECONDS])
        && clock(words[at + RECEIVED], words[at + SECONDS + 1]);
  }

  private static boolean clock(long hourAndMinute, long seconds) {
    int hour = (int) hourAndMinute;
    int minute = (int) (hourAndMinute >>> 32);
    double second = Double.longBitsToDouble(seconds);
    return hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 61;
  }

  /** Looks at the first character only: addresses are compared, never used. */
  private boolean address(int offset) {
    int c = character(offset);
    return c >= '0' && c <= ':' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
  }
}
