package dev.shortpath.reports.chart;

import java.util.ArrayList;
import java.util.List;

/**
 * What one of several charts of the same kind shows, where one would hold too much.
 *
 * @param items what it shows
 * @param number from 1
 * @param of how many there are
 */
record Part<T>(List<T> items, int number, int of) {
  /** Splits {@code all} into parts of at most {@code size}, in their order. */
  static <T> List<Part<T>> of(List<T> all, int size) {
    int of = (all.size() + size - 1) / size;
    List<Part<T>> parts = new ArrayList<>();
    for (int i = 0; i < of; i++) {
      parts.add(new Part<>(all.subList(i * size, Math.min(all.size(), (i + 1) * size)), i + 1, of));
    }
    return parts;
  }

  String id(String id) {
    return of == 1 ? id : id + "-" + number;
  }

  String title(String title) {
    return of == 1 ? title : title + " (" + number + " of " + of + ")";
  }
}
