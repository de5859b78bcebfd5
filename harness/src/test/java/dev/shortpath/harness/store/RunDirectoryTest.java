package dev.shortpath.harness.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.experiment.Trial;
import dev.shortpath.harness.metric.Sample;
import dev.shortpath.harness.runner.Fakes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
  @TempDir Path temp;

  @Test
  void whatIsWrittenIsRead() throws IOException {
    RunDirectory run = RunDirectory.create(temp.resolve("run"), Fakes.run(2));
    Trial trial = run.run().plan().get(0);
    try (TrialWriter writer = run.begin(trial, 1)) {
      writer.accept(new Sample("latency", 5, 1000));
      writer.accept(new Sample("loss", 6, 0.25));
      writer.accept(new Sample("latency", 7, 3000));
      writer.commit(Fakes.done(trial, writer.count()));
    }
    RunDirectory again = RunDirectory.open(run.path());
    assertEquals(run.run(), again.run());
    assertTrue(again.holds(1));
    assertFalse(again.holds(2));
    assertEquals(3, again.trials().get(0).samples());
    assertArrayEquals(new double[] {1000, 3000}, again.values(1, "latency"));
    assertArrayEquals(new double[] {0.25}, again.values(1, "loss"));
  }

  @Test
  void namesOfDirectoriesAreNobodysLanguage() throws IOException {
    Locale mine = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-SA-u-nu-arab"));
    try {
      whatIsWrittenIsRead();
      assertTrue(Files.exists(temp.resolve("run/trials/0001")));
    } finally {
      Locale.setDefault(mine);
    }
  }

  @Test
  void theHistogramHoldsTheSamples() throws IOException {
    RunDirectory run = RunDirectory.create(temp.resolve("run"), Fakes.run(1));
    Trial trial = run.run().plan().get(0);
    try (TrialWriter writer = run.begin(trial, 1)) {
      for (int i = 1; i <= 100; i++) {
        writer.accept(new Sample("latency", i, i * 1000));
      }
      writer.commit(Fakes.done(trial, writer.count()));
    }
    try (HistogramLogReader log =
        new HistogramLogReader(run.path().resolve("trials/0001/latency.hlog").toFile())) {
      Histogram histogram = (Histogram) log.nextIntervalHistogram();
      assertEquals(100, histogram.getTotalCount());
      assertEquals(50_000, histogram.getValueAtPercentile(50), 50);
    }
  }

  /** A one-way delay between two clocks may be negative: it is stored, and said to be missing. */
  @Test
  void whatAHistogramHasNoPlaceForIsCounted() throws IOException {
    RunDirectory run = RunDirectory.create(temp.resolve("run"), Fakes.run(1));
    Trial trial = run.run().plan().get(0);
    try (TrialWriter writer = run.begin(trial, 1)) {
      for (double value : new double[] {-5, 10, -1, 4e12, 20}) {
        writer.accept(new Sample("delay", 1, value));
      }
      writer.accept(new Sample("latency", 1, 7));
      writer.commit(Fakes.done(trial, writer.count()));
    }
    assertEquals(
        List.of(
            "3 values of delay are negative or over 3600000000000: they are in samples.csv.gz and"
                + " not in delay.hlog"),
        run.trials().get(0).notes());
    assertArrayEquals(new double[] {-5, 10, -1, 4e12, 20}, run.values(1, "delay"));
    try (HistogramLogReader log =
        new HistogramLogReader(run.path().resolve("trials/0001/delay.hlog").toFile())) {
      assertEquals(2, ((Histogram) log.nextIntervalHistogram()).getTotalCount());
    }
  }

  @Test
  void anAbandonedTrialLeavesNothing() throws IOException {
    RunDirectory run = RunDirectory.create(temp.resolve("run"), Fakes.run(1));
    try (TrialWriter writer = run.begin(run.run().plan().get(0), 1)) {
      writer.accept(new Sample("latency", 1, 1));
    }
    assertFalse(run.holds(1));
    try (Stream<Path> left = Files.list(run.path().resolve("trials"))) {
      assertEquals(0, left.count());
    }
  }

  @Test
  void aFailedAttemptIsKeptBeside() throws IOException {
    RunDirectory run = RunDirectory.create(temp.resolve("run"), Fakes.run(1));
    Trial trial = run.run().plan().get(0);
    try (TrialWriter writer = run.begin(trial, 1)) {
      writer.commit(Fakes.failed(trial, "the server died"));
    }
    assertFalse(run.holds(1));
    assertEquals(1, run.failures(1));
    assertEquals("the server died", run.failedAttempts().get(0).failure());
    assertEquals(List.of(), run.trials());
  }

  @Test
  void aDirectoryInUseIsNotOverwritten() throws IOException {
    Path path = temp.resolve("run");
    RunDirectory.create(path, Fakes.run(1));
    StoreException e =
        assertThrows(StoreException.class, () -> RunDirectory.create(path, Fakes.run(1)));
    assertTrue(e.getMessage().contains("another --out"), e.getMessage());
  }

  @Test
  void whatIsNoRunIsNamed() throws IOException {
    StoreException none = assertThrows(StoreException.class, () -> RunDirectory.open(temp));
    assertTrue(none.getMessage().contains("not a run directory"), none.getMessage());
    Files.writeString(temp.resolve("run.json"), "{\"schema\": 1,");
    StoreException broken = assertThrows(StoreException.class, () -> RunDirectory.open(temp));
    assertTrue(
        broken.getMessage().contains("run.json line 1: damaged: this is no JSON; restore it"),
        broken.getMessage());
    for (String damage : List.of("{}", "null", "{\"schema\": \"x\"}", "{\"plan\": [{]}", "")) {
      Files.writeString(temp.resolve("run.json"), damage);
      StoreException damaged = assertThrows(StoreException.class, () -> RunDirectory.open(temp));
      assertTrue(damaged.getMessage().contains("run.json"), damaged.getMessage());
      assertTrue(damaged.getMessage().contains("damaged"), damaged.getMessage());
      assertFalse(damaged.getMessage().contains("Source"), damaged.getMessage());
      assertEquals(1, damaged.getMessage().lines().count());
    }
    Files.writeString(temp.resolve("run.json"), "{\"schema\": 99}");
    StoreException newer = assertThrows(StoreException.class, () -> RunDirectory.open(temp));
    assertTrue(newer.getMessage().contains("newer"), newer.getMessage());
  }

  @Test
  void missingSamplesAreNoticed() throws IOException {
    RunDirectory run = RunDirectory.create(temp.resolve("run"), Fakes.run(1));
    Trial trial = run.run().plan().get(0);
    try (TrialWriter writer = run.begin(trial, 1)) {
      for (int i = 0; i < 1000; i++) {
        writer.accept(new Sample("latency", i, i * 31 % 7));
      }
      writer.commit(Fakes.done(trial, writer.count()));
    }
    Path samples = run.path().resolve("trials/0001/samples.csv.gz");
    byte[] whole = Files.readAllBytes(samples);
    Files.write(samples, java.util.Arrays.copyOf(whole, whole.length / 2));
    damaged(run, "cut short");
    try (var out = new java.util.zip.GZIPOutputStream(Files.newOutputStream(samples))) {
      out.write("metric,time_ns,value\nlatency,1,2\n".getBytes());
    }
    damaged(run, "1 samples, trial.json says 1000");
  }

  @Test
  void whatIsMissingOrElsewhereIsNamedWithItsRemedy() throws Exception {
    RunDirectory run = RunDirectory.create(temp.resolve("run"), Fakes.run(2));
    Trial trial = run.run().plan().get(0);
    try (TrialWriter writer = run.begin(trial, 1)) {
      writer.accept(new Sample("latency", 1, 1));
      writer.commit(Fakes.done(trial, writer.count()));
    }
    Path one = run.path().resolve("trials/0001");
    Files.move(one, one.resolveSibling("0002"));
    StoreException elsewhere = assertThrows(StoreException.class, run::trials);
    assertTrue(elsewhere.getMessage().contains("0002: damaged: it holds trial 0001; move it"));
    Files.move(one.resolveSibling("0002"), one);
    Path samples = one.resolve("samples.csv.gz");
    Files.delete(samples);
    damaged(run, "it is missing; delete ");
    // Whoever opens a pipe to read waits for a writer.
    assertEquals(0, new ProcessBuilder("mkfifo", samples.toString()).start().waitFor());
    assertTimeoutPreemptively(Duration.ofSeconds(10), () -> damaged(run, "it is no file"));
    Files.move(one.getParent(), temp.resolve("gone"));
    StoreException gone = assertThrows(StoreException.class, run::trials);
    assertTrue(gone.getMessage().contains("trials: damaged: it is missing"), gone.getMessage());
  }

  @Test
  void whatNoMeasurementYieldsIsNamedWithItsLine() throws IOException {
    for (String[] bad :
        new String[][] {
          {"2,-1", "latency is negative"},
          {"2,6000000001", "latency is longer than the trial"},
          {"2,1e300", "latency is longer than the trial"},
          {"2,NaN", "latency is not a finite number"},
          {"0,2", "latency is of a time before the sample before it"}
        }) {
      damaged(withSecondSample(bad[0]), "line 3: damaged: " + bad[1]);
    }
  }

  @Test
  void aCutSampleFileIsNamedWithItsLine() throws IOException {
    RunDirectory run = withSecondSample("x");
    StoreException e = assertThrows(StoreException.class, () -> run.values(1, "latency"));
    assertTrue(e.getMessage().contains("line 3"), e.getMessage());
  }

  private RunDirectory withSecondSample(String timeAndValue) throws IOException {
    Path path = Files.createTempDirectory(temp, "runs").resolve("run");
    RunDirectory run = RunDirectory.create(path, Fakes.run(1));
    try (TrialWriter writer = run.begin(run.run().plan().get(0), 1)) {
      writer.commit(Fakes.done(run.run().plan().get(0), 2));
    }
    Path samples = path.resolve("trials/0001/samples.csv.gz");
    try (var out = new java.util.zip.GZIPOutputStream(Files.newOutputStream(samples))) {
      String text = "metric,time_ns,value\nlatency,1,2\nlatency," + timeAndValue + "\n";
      out.write(text.getBytes(StandardCharsets.US_ASCII));
    }
    return run;
  }

  private static void damaged(RunDirectory run, String how) {
    StoreException e = assertThrows(StoreException.class, () -> run.values(1, "latency"));
    assertTrue(e.getMessage().contains(how), e.getMessage());
    assertTrue(
        e.getMessage().contains("delete " + run.path().resolve("trials/0001")), e.getMessage());
  }
}
