package dev.shortpath.harness.store;

import dev.shortpath.harness.experiment.Experiment;
import dev.shortpath.harness.experiment.Trial;
import dev.shortpath.harness.metric.Metric;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code run.json}: what the run is, written before its first trial.
 *
 * @param schema version of this document
 * @param id 6 characters of {@code [a-z0-9]}
 * @param origin {@code measured}, or the importer's name for imported data
 * @param experiment as it was carried out: profile and overrides applied
 * @param profile its name
 * @param testbed the provider's name
 * @param seed of the order of trials
 * @param plan every trial, in order
 * @param metrics of the workloads and collectors
 * @param commandLine as it was typed
 * @param startedUtc ISO 8601
 * @param version of Shortpath: revision, and {@code -dirty} with uncommitted changes
 * @param environment kernel, CPU, governor, sysctls, tool versions, digests: name to value
 * @param parts of the testbed, stand-ins named as such
 * @param testbedOptions what the testbed was told
 */
public record RunRecord(
    int schema,
    String id,
    String origin,
    Experiment experiment,
    String profile,
    String testbed,
    long seed,
    List<Trial> plan,
    List<Metric> metrics,
    List<String> commandLine,
    String startedUtc,
    String version,
    Map<String, String> environment,
    Map<String, String> parts,
    Map<String, String> testbedOptions) {
  /** The version that this code writes. */
  public static final int SCHEMA = 1;

  /** The origin of a run that was measured here. */
  public static final String MEASURED = "measured";

  public RunRecord {
    // Runs of before these were known lack them.
    testbedOptions = testbedOptions == null ? Map.of() : new TreeMap<>(testbedOptions);
  }

  /** A run whose testbed was told nothing. */
  public RunRecord(
      int schema,
      String id,
      String origin,
      Experiment experiment,
      String profile,
      String testbed,
      long seed,
      List<Trial> plan,
      List<Metric> metrics,
      List<String> commandLine,
      String startedUtc,
      String version,
      Map<String, String> environment,
      Map<String, String> parts) {
    this(
        schema,
        id,
        origin,
        experiment,
        profile,
        testbed,
        seed,
        plan,
        metrics,
        commandLine,
        startedUtc,
        version,
        environment,
        parts,
        Map.of());
  }

  /** Whether its data came from elsewhere: published, and without counters. */
  public boolean imported() {
    return !MEASURED.equals(origin);
  }

  /** Whether a trial's samples are used: attested, or imported, where nothing can attest. */
  public boolean uses(TrialRecord trial) {
    return imported() ? trial.state() == TrialState.DONE : trial.usable();
  }

  /** This record with the testbed's parts, sorted by name. */
  public RunRecord withParts(Map<String, String> parts) {
    return new RunRecord(
        schema,
        id,
        origin,
        experiment,
        profile,
        testbed,
        seed,
        plan,
        metrics,
        commandLine,
        startedUtc,
        version,
        environment,
        new TreeMap<>(parts),
        testbedOptions);
  }
}
