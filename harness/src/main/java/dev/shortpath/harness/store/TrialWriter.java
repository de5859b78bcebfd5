package dev.shortpath.harness.store;

import dev.shortpath.harness.metric.Sample;
import dev.shortpath.harness.metric.SampleSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * A trial on its way into the run directory: written aside, it appears whole with {@link #commit}
 * or not at all.
 */
public final class TrialWriter implements SampleSink, AutoCloseable {
  private final Path aside;
  private final Path place;
  private final Path failedPlace;
  private final SampleFile.Writer samples;
  private final Map<String, Histogram> histograms = new TreeMap<>();

  /** How many values of a metric a histogram has no place for. */
  private final Map<String, Long> outside = new TreeMap<>();

  TrialWriter(Path aside, Path place, Path failedPlace) throws IOException {
    this.aside = aside;
    this.place = place;
    this.failedPlace = failedPlace;
    Directories.delete(aside);
    Files.createDirectories(output());
    this.samples = new SampleFile.Writer(aside.resolve(SampleFile.NAME));
  }

  /** Where tools' output goes, as it came. */
  public Path output() {
    return aside.resolve("output");
  }

  /** Samples taken so far. */
  public long count() {
    return samples.count();
  }

  @Override
  public synchronized void accept(Sample sample) {
    samples.accept(sample);
    if (sample.value() >= 0 && sample.value() < HistogramFile.HIGHEST) {
      histograms
          .computeIfAbsent(sample.metric(), m -> HistogramFile.histogram())
          .recordValue(Math.round(sample.value()));
    } else {
      outside.merge(sample.metric(), 1L, Long::sum);
    }
  }

  /**
   * Puts the trial into the run directory: at its place when it is done, beside it when it failed.
   * Its notes say which values are in {@code samples.csv.gz} and not in a histogram: those that are
   * negative (a difference of two clocks, say), over an hour in ns, or no number.
   */
  public void commit(TrialRecord record) throws IOException {
    samples.close();
    for (Map.Entry<String, Histogram> e : histograms.entrySet()) {
      HistogramFile.write(aside.resolve(e.getKey() + ".hlog"), e.getKey(), e.getValue());
    }
    WholeFile.write(
        aside.resolve(RunDirectory.TRIAL_JSON),
        Json.mapper().writeValueAsBytes(record.withNotes(notes())));
    WholeFile.force(aside.resolve(SampleFile.NAME));
    Path to = record.state() == TrialState.DONE ? place : failedPlace;
    Directories.delete(to);
    Files.move(aside, to, StandardCopyOption.ATOMIC_MOVE);
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    outside.forEach(
        (metric, count) ->
            notes.add(
                count
                    + " values of "
                    + metric
                    + " are negative or over "
                    + HistogramFile.HIGHEST
                    + ": they are in "
                    + SampleFile.NAME
                    + " and not in "
                    + metric
                    + ".hlog"));
    return notes;
  }

  /** Forgets what was not committed. */
  @Override
  public void close() throws IOException {
    try (samples) {
      Directories.delete(aside); // also when a full disk lets nothing be flushed
    }
  }
}
