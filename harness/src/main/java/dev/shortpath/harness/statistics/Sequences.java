package dev.shortpath.harness.statistics;

/** Series that follow from the order of one trial's values. */
public final class Sequences {
  /** The gain of RFC 3550's estimator. */
  private static final double GAIN = 1.0 / 16;

  private Sequences() {}

  /**
   * Absolute differences of consecutive values: one value fewer than it is given, none of fewer
   * than two.
   */
  public static double[] variation(double[] values) {
    Finite.check(values);
    double[] differences = new double[Math.max(0, values.length - 1)];
    for (int i = 0; i < differences.length; i++) {
      differences[i] = Math.abs(values[i + 1] - values[i]);
    }
    return differences;
  }

  /**
   * The interarrival jitter after each packet but the first: {@code J += (|D| - J) / 16} from
   * {@code J = 0} (RFC 3550, section 6.4.1 and appendix A.8), {@code D} being the difference of the
   * transit times of consecutive packets. RFC 3550 reports J as it stands at the moment of a report
   * and leaves the moment open; its memory is some 16 packets. A trial's figure is the mean of this
   * series, that is, of a report after every packet, because the last J alone tells of the last
   * packets only.
   *
   * @param transits one-way or round-trip times of consecutive packets
   */
  public static double[] interarrivalJitter(double[] transits) {
    double[] jitters = variation(transits);
    double jitter = 0;
    for (int i = 0; i < jitters.length; i++) {
      jitter += GAIN * (jitters[i] - jitter);
      jitters[i] = jitter;
    }
    return jitters;
  }
}
