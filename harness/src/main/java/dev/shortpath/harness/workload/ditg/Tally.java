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
  private double shiftedSum;
  private double shiftedSquares;
  private double steps;

  /**
   * Takes packets: the records from number {@code from} to before number {@code to} in {@code
   * words}, at least one.
   */
  void add(long[] words, int from, int to, Clock clock) {
    int at = from * DitgRecord.WORDS;
    int end = to * DitgRecord.WORDS;
    if (packets == 0) {
      first = delay(words, at);
      last = first;
    }
    // Kept at hand in the loop.
    double base = first;
    double before = last;
    double lowest = min;
    double highest = max;
    double begin = earliest;
    double finish = latest;
    double sum = shiftedSum;
    double squares = shiftedSquares;
    double jitter = steps;
    long payload = bytes;
    for (; at < end; at += DitgRecord.WORDS) {
      double timeOfDay = DitgRecord.received(words, at);
      double received = clock.steady(timeOfDay);
      double delay = DitgRecord.delay(timeOfDay, DitgRecord.sent(words, at));
      jitter += Math.abs(delay - before);
      before = delay;
      payload += DitgRecord.size(words, at);
      // Around the first delay: the clocks of two machines may be hours apart.
      double shifted = delay - base;
      sum += shifted;
      squares += shifted * shifted;
      lowest = delay < lowest ? delay : lowest;
      highest = delay > highest ? delay : highest;
      begin = received < begin ? received : begin;
      finish = received > finish ? received : finish;
    }
    packets += to - from;
    last = before;
    min = lowest;
    max = highest;
    earliest = begin;
    latest = finish;
    shiftedSum = sum;
    shiftedSquares = squares;
    steps = jitter;
    bytes = payload;
  }

  private static double delay(long[] words, int at) {
    return DitgRecord.delay(DitgRecord.received(words, at), DitgRecord.sent(words, at));
  }

  /** Takes the packets of the log's next part. */
  void add(Tally next) {
    if (next.packets == 0) {
      return;
    }
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
    steps += next.steps;
    min = Math.min(min, next.min);
    max = Math.max(max, next.max);
    earliest = Math.min(earliest, next.earliest);
    latest = Math.max(latest, next.latest);
  }

  /** Another one, of the same packets. */
  Tally copy() {
    Tally copy = new Tally();
    copy.add(this);
    return copy;
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
        first + shift,
        max,
        Math.sqrt(Math.max(0, shiftedSquares / packets - shift * shift)),
        packets > 1 ? steps / (packets - 1) : 0,
        lost,
        late);
  }
}
