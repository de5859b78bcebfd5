package dev.shortpath.harness.workload.ditg;

/**
 * Lost packets of one flow, counted as ITGDec does: a sequence number beyond the expected one adds
 * those skipped, one below it takes one back (it is late, or a duplicate, which cannot be told
 * apart), and the count never falls below 0. What the first packet skipped counts when a second one
 * has come.
 */
final class Losses {
  private long packets;
  private long expected;
  private long lost;
  private long late;

  void add(int sequence) {
    if (++packets == 1) {
      lost = sequence - 1;
      expected = sequence + 1L;
      return;
    }
    if (sequence >= expected) {
      lost += sequence - expected;
      expected = sequence + 1L;
    } else {
      lost--;
      late++;
    }
    lost = Math.max(0, lost);
  }

  long lost() {
    return packets == 1 ? 0 : lost;
  }

  long late() {
    return late;
  }
}
