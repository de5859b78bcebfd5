package dev.shortpath.harness.workload.ditg;

/**
 * Lost packets of one flow, counted as ITGDec does: a sequence number beyond the expected one adds
 * those skipped, one below it takes one back (it is late, or a duplicate, which cannot be told
 * apart), and the count never falls below 0. What the first packet skipped counts when a second one
 * has come.
 *
 * <p>Parts of a log can be counted apart: what a part makes of a count {@code x} before it is
 * {@code max(x + change, least)}.
 */
final class Losses {
  private static final long NONE = Long.MIN_VALUE / 2;

  private long packets;
  private long first;
  private long expected;
  private long change;
  private long least = NONE;
  private long late;

  /** Takes the records from number {@code from} to before number {@code to} in {@code words}. */
  void add(long[] words, int from, int to) {
    for (int i = from; i < to; i++) {
      int sequence = DitgRecord.sequence(words, i * DitgRecord.WORDS);
      if (sequence == expected && packets > 0) {
        packets++;
        expected++;
      } else {
        add(sequence);
      }
    }
  }

  private void add(int sequence) {
    if (packets++ == 0) {
      first = sequence;
      expected = sequence + 1L;
    } else if (sequence >= expected) {
      step(sequence - expected);
      expected = sequence + 1L;
    } else {
      step(-1);
      late++;
    }
  }

  private void step(long by) {
    change += by;
    least = Math.max(0, least + by);
  }

  /**
   * Takes the packets of the log's next part.
   *
   * @return false, and changes nothing, when that part begins with a late packet: what it counted
   *     then rests on too low an expectation
   */
  boolean add(Losses next) {
    if (packets == 0) {
      first = next.first;
    } else if (next.first < expected) {
      return false;
    } else {
      step(next.first - expected);
    }
    change += next.change;
    least = Math.max(least + next.change, next.least);
    packets += next.packets;
    expected = next.expected;
    late += next.late;
    return true;
  }

  long lost() {
    return packets == 1 ? 0 : Math.max(first - 1 + change, least);
  }

  long late() {
    return late;
  }
}
