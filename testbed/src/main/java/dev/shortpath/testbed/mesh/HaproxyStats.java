package dev.shortpath.testbed.mesh;

import java.io.IOException;
import java.io.StringReader;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Reads the answer to {@code show stat} of an HAProxy. */
final class HaproxyStats {
  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT
          .builder()
          .setHeader()
          .setSkipHeaderRecord(true)
          .setTrailingDelimiter(true)
          .setAllowMissingColumnNames(true)
          .build();

  private HaproxyStats() {}

  /**
   * Counters of every section by {@code PREFIX.SECTION}: connections accepted, connections opened
   * upstream, connections open now, bytes in each direction. They leave out TLS and all headers.
   *
   * @throws IOException when it is not such an answer
   */
  static Map<String, Long> parse(String prefix, String csv) throws IOException {
    if (!csv.startsWith("# ")) {
      throw new IOException("not the answer to 'show stat': " + csv.lines().findFirst().orElse(""));
    }
    Map<String, Long> counters = new TreeMap<>();
    try (CSVParser parser = FORMAT.parse(new StringReader(csv.substring(2)))) {
      for (CSVRecord row : parser) {
        String name = prefix + "." + row.get("pxname");
        if (row.get("svname").equals("FRONTEND")) {
          counters.put(name + ".connections", Long.parseLong(row.get("stot")));
          counters.put(name + ".active", Long.parseLong(row.get("scur")));
          counters.put(name + ".bytes-to-server", Long.parseLong(row.get("bin")));
          counters.put(name + ".bytes-to-client", Long.parseLong(row.get("bout")));
        } else if (!row.get("svname").equals("BACKEND")) {
          counters.merge(name + ".upstreams", Long.parseLong(row.get("connect")), Long::sum);
        }
      }
    } catch (IllegalArgumentException e) {
      throw new IOException("a column is missing: " + e.getMessage(), e);
    }
    return counters;
  }
}
