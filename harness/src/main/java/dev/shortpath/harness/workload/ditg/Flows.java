package dev.shortpath.harness.workload.ditg;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The flows of a log, numbered from 0 in the order in which they appear. */
final class Flows {
  private final List<DitgFlow> flows = new ArrayList<>();
  private final List<Key> keys = new ArrayList<>();
  private Key last;

  /**
   * The number of the flow of record number {@code record} in {@code words}. Most often it is the
   * same as the last time.
   */
  int indexOf(long[] words, int record) {
    int at = record * DitgRecord.WORDS;
    if (last != null && last.of(words, at)) {
      return last.index;
    }
    for (Key key : keys) {
      if (key.of(words, at)) {
        last = key;
        return key.index;
      }
    }
    DitgRecord shown = new DitgRecord(words).at(record);
    last = new Key(keys.size(), shown);
    keys.add(last);
    flows.add(DitgFlow.of(shown));
    return last.index;
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

  /**
   * A flow as it looks in a record: what its number, ports and both texts, each with the zero at
   * its end, are in the words that hold them. What follows a text's end may differ.
   */
  private static final class Key {
    private final int index;
    private final int[] numbers;
    private final long[] masks;
    private final long[] values;

    Key(int index, DitgRecord record) {
      this.index = index;
      long[] all = new long[DitgRecord.WORDS];
      mark(all, 0, Integer.BYTES);
      mark(all, Long.BYTES, Long.BYTES);
      mark(all, DitgRecord.SOURCE, ended(record.source()));
      mark(all, DitgRecord.DESTINATION, ended(record.destination()));
      int count = (int) Arrays.stream(all).filter(mask -> mask != 0).count();
      numbers = new int[count];
      masks = new long[count];
      values = new long[count];
      for (int word = 0, i = 0; word < all.length; word++) {
        if (all[word] != 0) {
          numbers[i] = word;
          masks[i] = all[word];
          values[i++] = record.word(word) & all[word];
        }
      }
    }

    private static int ended(String text) {
      return Math.min(text.length() + 1, DitgRecord.TEXT);
    }

    private static void mark(long[] masks, int from, int bytes) {
      for (int at = from; at < from + bytes; at++) {
        masks[at / Long.BYTES] |= 0xffL << at % Long.BYTES * Byte.SIZE;
      }
    }

    boolean of(long[] words, int at) {
      for (int i = 0; i < masks.length; i++) {
        if ((words[at + numbers[i]] & masks[i]) != values[i]) {
          return false;
        }
      }
      return true;
    }
  }
}
