package dev.shortpath.reports.table;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** A table as CSV (RFC 4180): a header, figures in the stored unit and with a point. */
public final class CsvFile {
  private CsvFile() {}

  /** The file's bytes, UTF-8. */
  public static byte[] bytes(Grid grid) throws IOException {
    StringBuilder out = new StringBuilder();
    try (CSVPrinter csv = new CSVPrinter(out, CSVFormat.RFC4180)) {
      csv.printRecord(grid.columns().stream().flatMap(c -> c.fields().stream()).toList());
      for (List<Cell> row : grid.rows()) {
        csv.printRecord(row.stream().flatMap(c -> c.raw().stream()).toList());
      }
    }
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }
}
