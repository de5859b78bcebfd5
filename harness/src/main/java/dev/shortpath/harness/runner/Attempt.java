package dev.shortpath.harness.runner;

import dev.shortpath.harness.catalog.Catalog;
import dev.shortpath.harness.experiment.Trial;
import dev.shortpath.harness.experiment.WorkloadSpec;
import dev.shortpath.harness.metric.Collector;
import dev.shortpath.harness.store.TrialRecord;
import dev.shortpath.harness.store.TrialState;
import dev.shortpath.harness.store.TrialWriter;
import dev.shortpath.harness.testbed.Attestation;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.Testbed;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.Traffic;
import dev.shortpath.harness.workload.Workload;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One attempt at one trial: prepare, count, drive, count again, attest. */
final class Attempt {
  private final Catalog catalog;
  private final Trial trial;
  private final int number;
  private final WorkloadSpec spec;
  private final String startedUtc = Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
  private final long start = System.nanoTime();
  private long trafficStart = start;
  private long trafficEnd = start;
  private Traffic traffic;
  private Attestation attestation;
  private Map<String, Long> before = Map.of();
  private Map<String, Long> after = Map.of();
  private final Map<String, Double> cost = new LinkedHashMap<>();

  Attempt(Catalog catalog, Trial trial, int number, WorkloadSpec spec) {
    this.catalog = catalog;
    this.trial = trial;
    this.number = number;
    this.spec = spec;
  }

  /** Carries it out; what goes wrong with the testbed or the workload is in the record. */
  TrialRecord carryOut(Testbed testbed, TrialWriter writer) throws InterruptedException {
    String failure = null;
    try (Scene scene = testbed.prepare(trial.treatment())) {
      measure(scene, writer);
      if (!attestation.attested()) {
        failure = "path not attested: " + attestation.reason();
      }
    } catch (TestbedException e) {
      failure = e.getMessage();
    } catch (UncheckedIOException e) {
      throw e; // the run directory: a matter of the run, not of the trial
    } catch (RuntimeException e) {
      failure = "unexpected: " + e;
    }
    return record(failure, writer.count());
  }

  /** The record of an attempt that could not begin. */
  TrialRecord failed(String why) {
    return record(why, 0);
  }

  private void measure(Scene scene, TrialWriter writer)
      throws TestbedException, InterruptedException {
    Workload workload = catalog.workload(spec.type());
    before = scene.counters();
    List<Collector.Reading> readings = new ArrayList<>();
    catalog.collectors().forEach(c -> readings.add(c.begin(scene)));
    trafficStart = System.nanoTime();
    try {
      traffic = workload.run(scene, spec.parameters(), writer, writer.output());
    } finally {
      trafficEnd = System.nanoTime();
    }
    readings.forEach(r -> cost.putAll(r.end(traffic)));
    after = scene.counters();
    attestation = scene.attest(before, after, traffic);
  }

  private TrialRecord record(String failure, long samples) {
    return new TrialRecord(
        TrialRecord.SCHEMA,
        trial,
        number,
        failure == null ? TrialState.DONE : TrialState.FAILED,
        failure,
        spec,
        startedUtc,
        start,
        trafficStart - start,
        trafficEnd - trafficStart,
        System.nanoTime() - trafficEnd,
        traffic,
        attestation,
        before,
        after,
        cost,
        samples,
        List.of());
  }
}
