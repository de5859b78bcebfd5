package dev.shortpath.harness.workload.ditg;

import java.util.ArrayList;
import java.util.List;

/** The flows of a log, numbered from 0 in the order in which they appear. */
final class Flows {
  /** Words of the addresses' two texts, 92 bytes; the last one overlaps its neighbour. */
  private static final int WORDS = 12;

  private final List<DitgFlow> flows = new ArrayList<>();
  private final List<long[]> words = new ArrayList<>();
  private long[] last = new long[0];
  private int lastIndex = -1;
  private int lastNumber;
  private long lastPorts;

  /** The number of a record's flow. Most often it is the same as the last record's. */
  int indexOf(DitgRecord record) {
    if (lastIndex >= 0
        && record.flow() == lastNumber
        && record.word(8) == lastPorts
        && same(record, last)) {
      return lastIndex;
    }
    return search(record);
  }

  List<DitgFlow> list() {
    return flows;
  }

  private int search(DitgRecord record) {
    for (int i = 0; i < flows.size(); i++) {
      if (record.flow() == flows.get(i).number()
          && record.sourcePort() == flows.get(i).sourcePort()
          && record.destinationPort() == flows.get(i).destinationPort()
          && same(record, words.get(i))) {
        return remember(i, record);
      }
    }
    // What follows the end of a text may differ: the texts decide.
    DitgFlow flow = DitgFlow.of(record);
    int index = flows.indexOf(flow);
    if (index >= 0) {
      return index;
    }
    flows.add(flow);
    words.add(words(record));
    return remember(flows.size() - 1, record);
  }

  private int remember(int index, DitgRecord record) {
    lastIndex = index;
    lastNumber = record.flow();
    lastPorts = record.word(8);
    last = words.get(index);
    return index;
  }

  private static boolean same(DitgRecord record, long[] words) {
    for (int i = 0; i < WORDS; i++) {
      if (record.word(offset(i)) != words[i]) {
        return false;
      }
    }
    return true;
  }

  private static long[] words(DitgRecord record) {
    long[] words = new long[WORDS];
    for (int i = 0; i < WORDS; i++) {
      words[i] = record.word(offset(i));
    }
    return words;
  }

  private static int offset(int word) {
    return Math.min(DitgRecord.SOURCE + 8 * word, DitgRecord.TIMES - 8);
  }
}
