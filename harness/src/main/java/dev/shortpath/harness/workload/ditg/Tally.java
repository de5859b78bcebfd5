package dev.shortpath.harness.workload.ditg;

/** Figures of a flow or of a log, growing record by record. */
final class Tally {
  private long packets;
  private long bytes;
  private double first;
  private double earliest = Double.MAX_VALUE;
  private double latest = -Double.MAX_VALUE;
  private double min = Double.MAX_VALUE;
  private double max = -Double.MAX_VALUE;
  private double sum;
  private double shiftedSquares;
  private double shiftedSum;
  private double steps;
  private double last;

  /**
   * Takes one packet.
   *
   * @param received seconds, without a leap at midnight
   * @param delay seconds
   */
  void add(int size, double received, double delay) {
    if (packets++ == 0) {
      first = delay;
    } else {
      steps += Math.abs(delay - last);
    }
    last = delay;
    bytes += size;
    sum += delay;
    // Around the first delay: the clocks of two machines may be hours apart.
    double shifted = delay - first;
    shiftedSum += shifted;
    shiftedSquares += shifted * shifted;
    min = Math.min(min, delay);
    max = Math.max(max, delay);
    earliest = Math.min(earliest, received);
    latest = Math.max(latest, received);
  }

  double earliest() {
    return earliest;
  }

  DitgFigures figures(long lost, long late) {
    double shift = shiftedSum / packets;
    return new DitgFigures(
        packets,
        bytes,
        latest - earliest,
        min,
        sum / packets,
        max,
        Math.sqrt(Math.max(0, shiftedSquares / packets - shift * shift)),
        packets > 1 ? steps / (packets - 1) : 0,
        lost,
        late);
  }
}
