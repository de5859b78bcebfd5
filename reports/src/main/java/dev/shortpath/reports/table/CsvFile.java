package dev.shortpath.reports.table;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * A table as CSV (RFC 4180): a header, figures in the stored unit and with a point.
 *
 * <p>A spreadsheet takes what begins with one of {@code = + - @} for a formula, also between
 * quotes; a run that somebody else made could bring one in its sentences. Such a field is given an
 * apostrophe in front, by which spreadsheets know text, unless it is a number.
 */
public final class CsvFile {
  private static final Pattern FORMULA = Pattern.compile("[=+\\-@\t\r]");
  private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?");

  private CsvFile() {}

  /** The file's bytes, UTF-8. */
  public static byte[] bytes(Grid grid) throws IOException {
    StringBuilder out = new StringBuilder();
    try (CSVPrinter csv = new CSVPrinter(out, CSVFormat.RFC4180)) {
      csv.printRecord(grid.columns().stream().flatMap(c -> c.fields().stream()).toList());
      for (List<Cell> row : grid.rows()) {
        csv.printRecord(row.stream().flatMap(c -> c.raw().stream()).map(CsvFile::inert).toList());
      }
    }
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  static String inert(String field) {
    return FORMULA.matcher(field).lookingAt() && !NUMBER.matcher(field).matches()
        ? "'" + field
        : field;
  }
}
