package dev.shortpath.testbed.servicepath;

import dev.shortpath.harness.testbed.TestbedException;
import java.math.BigDecimal;

/**
 * How fast a link is, in each direction: a token bucket filter (tc-tbf(8)) at both ends.
 *
 * <p>The bucket holds two of the largest packets that TCP hands down at once (64 KiB, segmentation
 * offload), or what the link carries in 2 ms if that is more: a packet larger than the bucket would
 * be cut in the qdisc, which costs CPU time that no real link takes. The queue holds 20 ms, or four
 * buckets if that is more; it is a FIFO, so that nothing is reordered.
 *
 * @param bitPerSecond 0: not shaped
 */
public record LinkShape(long bitPerSecond) {
  private static final long BURST = 2 * 65_536;
  private static final double BURST_SECONDS = 0.002;
  private static final double QUEUE_SECONDS = 0.02;
  private static final int BUCKETS = 4;
  private static final BigDecimal MEGA = BigDecimal.valueOf(1_000_000);
  private static final BigDecimal LEAST = new BigDecimal("0.01");
  private static final BigDecimal MOST = new BigDecimal("100000");

  /**
   * Reads it.
   *
   * @param text Mbit/s, or {@code none}
   * @throws TestbedException when it is neither
   */
  public static LinkShape of(String text) throws TestbedException {
    if (text.equals("none")) {
      return new LinkShape(0);
    }
    if (text.matches("[0-9]{1,9}(\\.[0-9]{1,6})?")) {
      BigDecimal mbit = new BigDecimal(text);
      if (mbit.compareTo(LEAST) >= 0 && mbit.compareTo(MOST) <= 0) {
        return new LinkShape(mbit.multiply(MEGA).longValue());
      }
    }
    throw new TestbedException(
        "topology service-path: parameter link-mbit is '%s': use Mbit/s from %s to %s, or none"
            .formatted(text, LEAST, MOST));
  }

  /** Whether it is limited at all. */
  public boolean shaped() {
    return bitPerSecond > 0;
  }

  /** Bytes that may pass at once. */
  public long burst() {
    return Math.max(BURST, (long) (bitPerSecond / 8.0 * BURST_SECONDS));
  }

  /** Bytes that may wait. */
  public long limit() {
    return Math.max(BUCKETS * burst(), (long) (bitPerSecond / 8.0 * QUEUE_SECONDS));
  }

  /** The line of {@code tc -batch} that shapes what leaves by an interface. */
  public String line(String nic) {
    return "qdisc add dev %s root tbf rate %dbit burst %d limit %d"
        .formatted(nic, bitPerSecond, burst(), limit());
  }

  /** For the report. */
  public String describe() {
    return shaped()
        ? "%s Mbit/s each way (tbf, burst %d bytes, queue %d bytes)"
            .formatted(
                BigDecimal.valueOf(bitPerSecond).divide(MEGA).stripTrailingZeros().toPlainString(),
                burst(),
                limit())
        : "not shaped";
  }
}
