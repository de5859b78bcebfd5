package dev.shortpath.harness.workload.ditg;

import static dev.shortpath.harness.metric.Better.HIGHER;
import static dev.shortpath.harness.metric.Better.LOWER;
import static dev.shortpath.harness.metric.Better.NEITHER;

import dev.shortpath.harness.metric.Better;
import dev.shortpath.harness.metric.Metric;
import dev.shortpath.harness.metric.Sample;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What a trial with D-ITG yields. */
final class DitgMetrics {
  private static final String MANUAL = "D-ITG 2.8.1 manual, section 3.5.3; docs/ditg-log.md";
  private static final String ONE_WAY =
      "one-way delay of a trial's datagrams, from just before the sender hands one to its socket until"
          + " the receiver has it, by CLOCK_REALTIME of both ends, which must be one clock: client"
          + " and server on one machine; ";

  static final Metric THROUGHPUT =
      metric(
          "throughput",
          "bit/s",
          HIGHER,
          "payload that the receiver got, divided by the time from its first to its last packet");
  static final Metric BIT_RATE =
      metric(
          "bit-rate",
          "bit/s",
          HIGHER,
          "payload that the receiver got in each whole second since its first packet");
  static final Metric DELAY = delay("delay", "mean");
  static final Metric DELAY_MAX = delay("delay-max", "largest");
  static final Metric DELAY_SD =
      metric("delay-sd", "ns", LOWER, ONE_WAY + "population standard deviation");
  static final Metric JITTER =
      metric(
          "itg-jitter",
          "ns",
          LOWER,
          "mean absolute difference of the one-way delays of datagrams received one after another");
  static final Metric LOSS =
      metric(
          "loss", "1", LOWER, "datagrams that never came / those that came and those that didn't");
  static final Metric FAILED =
      metric(
          "failed-attempts",
          "1",
          NEITHER,
          "tries of this trial in which ITGSend or ITGRecv failed");

  static final List<Metric> ALL =
      List.of(THROUGHPUT, BIT_RATE, DELAY, DELAY_MAX, DELAY_SD, JITTER, LOSS, FAILED);

  private DitgMetrics() {}

  private static Metric delay(String name, String which) {
    return new Metric(name, "ns", LOWER, ONE_WAY + which, MANUAL, false);
  }

  private static Metric metric(String name, String unit, Better better, String definition) {
    return new Metric(name, unit, better, definition, MANUAL);
  }

  /** A trial's samples in the order of their time; delays and loss only of datagrams. */
  static List<Sample> samples(
      DitgSummary summary, DitgSeries series, boolean datagrams, boolean oneClock, int failed) {
    List<Sample> samples = new ArrayList<>();
    long start = monotonic(summary.earliest());
    DitgFigures all = summary.total();
    for (int i = 0; (i + 1) * series.interval() <= all.seconds(); i++) {
      long time = start + Math.round(i * series.interval() * 1e9);
      samples.add(new Sample(BIT_RATE.name(), time, series.bitRate(i)));
    }
    long end = start + Math.round(all.seconds() * 1e9);
    samples.add(new Sample(THROUGHPUT.name(), end, all.bitRate()));
    if (datagrams && oneClock) {
      samples.add(new Sample(DELAY.name(), end, all.meanDelay() * 1e9));
      samples.add(new Sample(DELAY_MAX.name(), end, all.maxDelay() * 1e9));
      samples.add(new Sample(DELAY_SD.name(), end, all.delayDeviation() * 1e9));
    }
    if (datagrams) {
      samples.add(new Sample(JITTER.name(), end, all.jitter() * 1e9));
      samples.add(new Sample(LOSS.name(), end, all.lossRate()));
    }
    samples.add(new Sample(FAILED.name(), end, failed));
    return samples;
  }

  /** What CLOCK_MONOTONIC showed at a time of day not long ago. */
  private static long monotonic(double timeOfDay) {
    Instant now = Instant.now();
    long nanos = System.nanoTime();
    double today = now.getEpochSecond() % (long) DitgRecord.DAY + now.getNano() / 1e9;
    double ago = today - timeOfDay;
    return nanos - Math.round((ago < 0 ? ago + DitgRecord.DAY : ago) * 1e9);
  }
}
