package dev.shortpath.harness.workload.ditg;

import java.util.ArrayList;
import java.util.List;

/** The flows of a log, numbered from 0 in the order in which they appear. */
final class Flows {
  private static final int TEXT = 46;

  private final List<DitgFlow> flows = new ArrayList<>();
  private final List<Key> keys = new ArrayList<>();
  private Key last;

  /** The number of a record's flow. Most often it is the same as the last record's. */
  int indexOf(DitgRecord record) {
    if (last != null && last.of(record)) {
      return last.index;
    }
    for (Key key : keys) {
      if (key.of(record)) {
        last = key;
        return key.index;
      }
    }
    // What follows the end of a text may differ: the texts decide.
    DitgFlow flow = DitgFlow.of(record);
    int index = flows.indexOf(flow);
    if (index < 0) {
      index = flows.size();
      flows.add(flow);
      last = new Key(index, record);
      keys.add(last);
    }
    return index;
  }

  /** The number of the flow that is number {@code index} in the log's next part. */
  int indexOf(Flows next, int index) {
    DitgFlow flow = next.flows.get(index);
    int known = flows.indexOf(flow);
    if (known >= 0) {
      return known;
    }
    flows.add(flow);
    return flows.size() - 1;
  }

  List<DitgFlow> list() {
    return flows;
  }

  /** A flow as it looks in a record: number, ports, and both texts in words of 8 bytes. */
  private static final class Key {
    private final int index;
    private final int number;
    private final long ports;
    private final int[] offsets;
    private final long[] words;

    Key(int index, DitgRecord record) {
      this.index = index;
      number = record.flow();
      ports = record.word(8);
      int source = words(record.source());
      int destination = words(record.destination());
      offsets = new int[source + destination];
      words = new long[source + destination];
      for (int i = 0; i < offsets.length; i++) {
        offsets[i] =
            i < source
                ? DitgRecord.SOURCE + offset(i)
                : DitgRecord.DESTINATION + offset(i - source);
        words[i] = record.word(offsets[i]);
      }
    }

    /** Words that hold a text and the zero at its end. */
    private static int words(String text) {
      return Math.min(text.length() / 8 + 1, (TEXT + 7) / 8);
    }

    /** The last word overlaps its neighbour. */
    private static int offset(int word) {
      return Math.min(8 * word, TEXT - 8);
    }

    boolean of(DitgRecord record) {
      if (record.flow() != number || record.word(8) != ports) {
        return false;
      }
      for (int i = 0; i < words.length; i++) {
        if (record.word(offsets[i]) != words[i]) {
          return false;
        }
      }
      return true;
    }
  }
}
