package dev.shortpath.harness.workload.ditg;

/**
 * What ITGDec says of a flow or of a whole log, unrounded. How each is computed: {@code
 * docs/ditg-log.md}.
 *
 * @param packets received
 * @param bytes of payload received
 * @param seconds from the earliest to the latest receiving time
 * @param minDelay smallest one-way delay in seconds
 * @param meanDelay mean one-way delay in seconds
 * @param maxDelay largest one-way delay in seconds
 * @param delayDeviation population standard deviation of the one-way delay in seconds
 * @param jitter mean absolute difference of the delays of packets that follow one another in the
 *     log, in seconds
 * @param lost packets that never came, by their sequence numbers; those sent last and lost are not
 *     seen
 * @param late packets that came after one with a higher sequence number, or twice; ITGDec uses the
 *     number and doesn't print it
 */
public record DitgFigures(
    long packets,
    long bytes,
    double seconds,
    double minDelay,
    double meanDelay,
    double maxDelay,
    double delayDeviation,
    double jitter,
    long lost,
    long late) {
  /** Payload received, in bit/s; 0 where all came at one instant. */
  public double bitRate() {
    return seconds == 0 ? 0 : bytes * 8.0 / seconds;
  }

  /** Packets received a second; 0 where all came at one instant. */
  public double packetRate() {
    return seconds == 0 ? 0 : packets / seconds;
  }

  /** Lost packets / (received and lost packets). */
  public double lossRate() {
    return (double) lost / (packets + lost);
  }
}
