package dev.shortpath.harness.workload.ditg;

/** Figures of a flow or of a log, growing record by record. */
final class Tally {
  private long packets;
  private long bytes;
  private double first;
  private double last;
  private double earliest = Double.MAX_VALUE;
  private double latest = -Double.MAX_VALUE;
  private double min = Double.MAX_VALUE;
  private double max = -Double.MAX_VALUE;
  private double sum;
  private double shiftedSum;
  private double shiftedSquares;
  private double steps;

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
    min = delay < min ? delay : min;
    max = delay > max ? delay : max;
    earliest = received < earliest ? received : earliest;
    latest = received > latest ? received : latest;
  }

  /** Takes the packets of the log's next part. */
  void add(Tally next) {
    if (packets == 0) {
      first = next.first;
    } else {
      steps += Math.abs(next.first - last);
    }
    double apart = next.first - first;
    shiftedSquares +=
        next.shiftedSquares + 2 * apart * next.shiftedSum + next.packets * apart * apart;
    shiftedSum += next.shiftedSum + next.packets * apart;
    last = next.last;
    packets += next.packets;
    bytes += next.bytes;
    sum += next.sum;
    steps += next.steps;
    min = Math.min(min, next.min);
    max = Math.max(max, next.max);
    earliest = Math.min(earliest, next.earliest);
    latest = Math.max(latest, next.latest);
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
