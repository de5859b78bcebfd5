package dev.shortpath.harness.store;

import dev.shortpath.harness.metric.Sample;
import dev.shortpath.harness.metric.SampleSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
    }
  }

  /**
   * Puts the trial into the run directory: at its place when it is done, beside it when it failed.
   */
  public void commit(TrialRecord record) throws IOException {
    samples.close();
    for (Map.Entry<String, Histogram> e : histograms.entrySet()) {
      HistogramFile.write(aside.resolve(e.getKey() + ".hlog"), e.getKey(), e.getValue());
    }
    WholeFile.write(
        aside.resolve(RunDirectory.TRIAL_JSON), Json.mapper().writeValueAsBytes(record));
    WholeFile.force(aside.resolve(SampleFile.NAME));
    Path to = record.state() == TrialState.DONE ? place : failedPlace;
    Directories.delete(to);
    Files.move(aside, to, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Forgets what was not committed. */
  @Override
  public void close() throws IOException {
    try (samples) {
      Directories.delete(aside); // also when a full disk lets nothing be flushed
    }
  }
}
