package dev.shortpath.harness.store;

import dev.shortpath.harness.metric.Sample;
import dev.shortpath.harness.metric.SampleSink;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;

/**
 * {@code samples.csv.gz}: a header line {@code metric,time_ns,value}, then a line a sample. Metric
 * names are {@link dev.shortpath.harness.experiment.Names}, so no field is ever quoted.
 */
final class SampleFile {
  static final String NAME = "samples.csv.gz";
  private static final String HEADER = "metric,time_ns,value";

  private SampleFile() {}

  /** Writes samples one by one. */
  static final class Writer implements SampleSink, Closeable {
    private final BufferedWriter out;
    private long count;

    Writer(Path file) throws IOException {
      out =
          new BufferedWriter(
              new OutputStreamWriter(
                  new GZIPOutputStream(Files.newOutputStream(file), 1 << 16),
                  StandardCharsets.US_ASCII));
      out.write(HEADER);
      out.write('\n');
    }

    @Override
    public void accept(Sample sample) {
      try {
        out.write(sample.metric());
        out.write(',');
        out.write(Long.toString(sample.timeNanos()));
        out.write(',');
        out.write(number(sample.value()));
        out.write('\n');
        count++;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    long count() {
      return count;
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  /**
   * Passes on every sample.
   *
   * @param expected how many there must be
   * @param check says which cannot be
   * @param remedy what to do when there are not
   * @throws StoreException when the file is damaged
   */
  static void read(Path file, long expected, SampleCheck check, String remedy, SampleSink sink)
      throws IOException {
    long count;
    Documents.present(file, remedy);
    try {
      count = read(file, check, remedy, sink);
    } catch (EOFException | ZipException e) {
      throw new StoreException(file + ": damaged: cut short or no gzip; " + remedy, e);
    }
    if (count != expected) {
      throw new StoreException(
          file + ": damaged: " + count + " samples, trial.json says " + expected + "; " + remedy);
    }
  }

  private static long read(Path file, SampleCheck check, String remedy, SampleSink sink)
      throws IOException {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file), 1 << 16),
                StandardCharsets.US_ASCII))) {
      String line = in.readLine();
      if (!HEADER.equals(line)) {
        throw new StoreException(file + ": first line is not '" + HEADER + "'");
      }
      int number = 2;
      for (; (line = in.readLine()) != null; number++) {
        Sample sample = parse(file, number, line);
        String complaint = check.complaint(sample);
        if (complaint != null) {
          throw new StoreException(
              file + " line " + number + ": damaged: " + complaint + ": " + line + "; " + remedy);
        }
        sink.accept(sample);
      }
      return number - 2;
    }
  }

  private static Sample parse(Path file, int number, String line) throws StoreException {
    int first = line.indexOf(',');
    int second = line.indexOf(',', first + 1);
    if (first > 0 && second > 0) {
      try {
        return new Sample(
            line.substring(0, first).intern(),
            Long.parseLong(line, first + 1, second, 10),
            Double.parseDouble(line.substring(second + 1)));
      } catch (NumberFormatException e) {
        // told below
      }
    }
    throw new StoreException(file + " line " + number + ": not a sample: metric,time_ns,value");
  }

  /** Whole numbers without a fraction: nanoseconds stay readable and exact. */
  private static String number(double value) {
    long whole = (long) value;
    return whole == value ? Long.toString(whole) : Double.toString(value);
  }
}
