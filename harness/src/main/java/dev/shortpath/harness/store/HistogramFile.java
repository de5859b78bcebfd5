package dev.shortpath.harness.store;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/** {@code <metric>.hlog}: a trial's values as an HdrHistogram log with one interval. */
final class HistogramFile {
  /** One hour in nanoseconds: no value of ours is larger. */
  static final long HIGHEST = 3_600_000_000_000L;

  private HistogramFile() {}

  static Histogram histogram() {
    return new Histogram(1, HIGHEST, 3);
  }

  static void write(Path file, String metric, Histogram histogram) throws IOException {
    histogram.setTag(metric);
    histogram.setStartTimeStamp(0);
    histogram.setEndTimeStamp(1000);
    try (PrintStream out =
        new PrintStream(Files.newOutputStream(file), false, StandardCharsets.US_ASCII)) {
      HistogramLogWriter log = new HistogramLogWriter(out);
      log.outputComment("values of " + metric + " in the metric's unit, see run.json");
      log.outputLogFormatVersion();
      log.outputLegend();
      log.outputIntervalHistogram(histogram);
      if (out.checkError()) {
        throw new IOException("cannot write " + file);
      }
    }
  }
}
