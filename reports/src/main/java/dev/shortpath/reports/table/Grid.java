package dev.shortpath.reports.table;

import java.util.List;

/**
 * A finished table.
 *
 * @param id unique in its report; matches {@code [a-z0-9-]+}; the file's name
 * @param title one line
 * @param note how to read it; empty for none
 * @param columns from left to right
 * @param rows each with a cell a column
 * @param folded whether a page may show it only on request, and paper leave it to the file
 */
public record Grid(
    String id,
    String title,
    String note,
    List<Column> columns,
    List<List<Cell>> rows,
    boolean folded) {
  /** Tables of figures with more rows than these are folded. */
  static final int LONG = 40;

  /** With more rows than these a table is left to its file. */
  private static final int MOST = 250;

  public Grid {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
    for (List<Cell> row : rows) {
      if (row.size() != columns.size()) {
        throw new IllegalArgumentException(
            "table " + id + ": " + row.size() + " cells for " + columns.size() + " columns");
      }
    }
  }

  /** Whether it is too long for any page, and its file alone holds it. */
  public boolean fileOnly() {
    return rows.size() > MOST;
  }

  /** A table that is always shown. */
  public static Grid of(
      String id, String title, String note, List<Column> columns, List<List<Cell>> rows) {
    return new Grid(id, title, note, columns, rows, false);
  }
}
