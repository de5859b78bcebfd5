package dev.shortpath.reports.table;

import java.util.List;

/**
 * A column.
 *
 * @param title for people
 * @param number whether its cells are figures, aligned at the right
 * @param fields the fields in the CSV file that it stands for, units in the name
 */
public record Column(String title, boolean number, List<String> fields) {
  public Column {
    fields = List.copyOf(fields);
  }

  /** A column of words: one field of the same name. */
  public static Column words(String title) {
    return new Column(title, false, List.of(title));
  }

  /** A column of one figure. */
  public static Column figure(String title) {
    return new Column(title, true, List.of(title));
  }

  /** A column of a figure with its interval. */
  public static Column estimate(String title, String field) {
    return new Column(title, true, List.of(field, field + " low", field + " high"));
  }
}
