package dev.shortpath.harness.runner;

import dev.shortpath.harness.catalog.Catalog;
import dev.shortpath.harness.experiment.Experiment;
import dev.shortpath.harness.experiment.Factor;
import dev.shortpath.harness.experiment.Plan;
import dev.shortpath.harness.experiment.Profile;
import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.experiment.Trial;
import dev.shortpath.harness.experiment.WorkloadSpec;
import dev.shortpath.harness.metric.Metric;
import dev.shortpath.harness.metric.Sample;
import dev.shortpath.harness.metric.SampleSink;
import dev.shortpath.harness.published.LogImporter;
import dev.shortpath.harness.report.ReportWriter;
import dev.shortpath.harness.store.RunRecord;
import dev.shortpath.harness.store.TrialRecord;
import dev.shortpath.harness.store.TrialState;
import dev.shortpath.harness.testbed.Attestation;
import dev.shortpath.harness.testbed.Host;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.Testbed;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedProvider;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.harness.testbed.Traffic;
import dev.shortpath.harness.testbed.UnusableException;
import dev.shortpath.harness.workload.Parameter;
import dev.shortpath.harness.workload.PingEcho;
import dev.shortpath.harness.workload.Workload;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Records and parts for tests of the frame: a testbed without packets, a workload without traffic.
 */
public final class Fakes {
  private Fakes() {}

  /** An experiment of two treatments. */
  public static Experiment experiment(int blocks) {
    return new Experiment(
        "fake",
        "A fake",
        "",
        "pods",
        Map.of(),
        List.of(new Factor("shortcut", List.of("off", "sockmap"))),
        Map.of("w", new WorkloadSpec("fake", Map.of("count", "3"))),
        List.of(),
        List.of(),
        Map.of("quick", new Profile(blocks, Map.of(), Map.of())));
  }

  /** A run that was just begun. */
  public static RunRecord run(int blocks) {
    Experiment experiment = experiment(blocks);
    return new RunRecord(
        RunRecord.SCHEMA,
        "abc123",
        RunRecord.MEASURED,
        experiment,
        "quick",
        "fake",
        1,
        Plan.trials(experiment, blocks, 1),
        List.of(PingEcho.LATENCY),
        List.of("run", "fake"),
        "2026-01-01T00:00:00Z",
        "test",
        Map.of("kernel", "none"),
        Map.of());
  }

  /** A trial that is done. */
  public static TrialRecord done(Trial trial, long samples) {
    return record(trial, TrialState.DONE, null, samples);
  }

  /** An attempt that failed. */
  public static TrialRecord failed(Trial trial, String why) {
    return record(trial, TrialState.FAILED, why, 0);
  }

  private static TrialRecord record(Trial trial, TrialState state, String why, long samples) {
    return new TrialRecord(
        TrialRecord.SCHEMA,
        trial,
        1,
        state,
        why,
        new WorkloadSpec("fake", Map.of()),
        "2026-01-01T00:00:00Z",
        0,
        1_000_000_000L,
        2_000_000_000L,
        3_000_000_000L,
        null,
        new Attestation(true, "as asked", List.of()),
        Map.of(),
        Map.of(),
        Map.of(),
        samples,
        List.of());
  }

  /** A catalog of the fake parts. */
  public static Catalog catalog(FakeTestbed testbed, Workload workload) {
    return catalog(testbed, workload, Map.of(), Map.of());
  }

  /** A catalog of the fake parts, with importers and reports. */
  public static Catalog catalog(
      FakeTestbed testbed,
      Workload workload,
      Map<String, LogImporter> importers,
      Map<String, ReportWriter> reports) {
    return new Catalog(
        Map.of("fake", testbed, "netns", testbed),
        Map.of(workload.name(), workload),
        List.of(),
        reports,
        importers);
  }

  /** Provider and testbed in one; counts what is done to it. */
  public static final class FakeTestbed implements TestbedProvider, Testbed {
    /** What was done, in order. */
    public final List<String> done = new ArrayList<>();

    /** How often {@link #open} fails first. */
    public int failures;

    /** Why {@link #open} and {@link #dryRun} are of no use; null when they are. */
    public String unusable;

    /** What {@link #missing} answers. */
    public List<String> missing = List.of();

    /** What {@link #warnings} answers. */
    public List<String> warnings = List.of();

    /** What {@link #clean} finds, time after time; then nothing. */
    public final Deque<List<String>> leftovers = new ArrayDeque<>();

    /** Why {@link #clean} is denied; null when it is not. */
    public String denied;

    /** What happens when {@link #parts} is asked for, just before it is written. */
    public Runnable whenDescribed = () -> {};

    /** Answers of {@link #attest}, the last one for ever. */
    public final Deque<Boolean> attested = new ArrayDeque<>(List.of(true));

    private boolean open;

    @Override
    public String name() {
      return "fake";
    }

    @Override
    public String summary() {
      return "no packets";
    }

    @Override
    public List<String> topologies() {
      return List.of("pods");
    }

    @Override
    public Map<String, List<String>> factors(String topology) {
      Map<String, List<String>> factors = new TreeMap<>();
      if (topologies().contains(topology)) {
        factors.put("n", List.of());
        factors.put("shortcut", List.of("off", "sockmap"));
      }
      return factors;
    }

    @Override
    public Map<String, String> options() {
      return Map.of("colour", "of the packets");
    }

    @Override
    public TestbedProvider with(Map<String, String> options) throws TestbedException {
      if (!options.get("colour").equals("blue")) {
        throw new TestbedException("testbed fake: there are blue packets only");
      }
      done.add("told " + options);
      return this;
    }

    @Override
    public String dryRun(TestbedRequest request) throws TestbedException {
      if (unusable != null) {
        throw new UnusableException(unusable);
      }
      return "treatments: " + request.treatments().size() + "\n";
    }

    @Override
    public List<String> missing(TestbedRequest request) {
      return missing;
    }

    @Override
    public List<String> warnings(TestbedRequest request) {
      return warnings;
    }

    @Override
    public Testbed open(TestbedRequest request) throws TestbedException {
      if (unusable != null) {
        throw new UnusableException(unusable);
      }
      if (failures > 0) {
        failures--;
        throw new TestbedException("no room");
      }
      done.add("open");
      open = true;
      return this;
    }

    @Override
    public List<String> clean() {
      if (denied != null) {
        throw new UncheckedIOException(denied, new AccessDeniedException("/run/x"));
      }
      return leftovers.isEmpty() ? List.of() : leftovers.pop();
    }

    @Override
    public Map<String, String> parts() {
      whenDescribed.run();
      return Map.of("fake", "1");
    }

    @Override
    public Scene prepare(Treatment treatment) {
      return new FakeScene(attested, treatment);
    }

    @Override
    public void close() {
      if (open) {
        done.add("close");
      }
    }
  }

  /** A scene of nothing: no hosts, no counters, nothing to attest. */
  public interface EmptyScene extends Scene {
    @Override
    default Host client() {
      return null;
    }

    @Override
    default Host server() {
      return null;
    }

    @Override
    default InetSocketAddress listen() {
      return null;
    }

    @Override
    default InetSocketAddress target() {
      return null;
    }

    @Override
    default Map<String, Long> counters() {
      return Map.of();
    }

    @Override
    default Attestation attest(Map<String, Long> before, Map<String, Long> after, Traffic t) {
      return null;
    }

    @Override
    default Map<String, Path> cgroups() {
      return Map.of();
    }

    @Override
    default void close() {}
  }

  private record FakeScene(Deque<Boolean> attested, Treatment treatment) implements EmptyScene {
    @Override
    public Map<String, Long> counters() {
      return Map.of("x", 1L);
    }

    @Override
    public Attestation attest(Map<String, Long> before, Map<String, Long> after, Traffic t) {
      boolean ok = attested.size() > 1 ? attested.pop() : attested.peek();
      return new Attestation(ok, ok ? "as asked" : "wrong path", List.of());
    }
  }

  /** What a fake trial does. */
  public interface Drive {
    /** Drives one trial. */
    void run(SampleSink sink) throws TestbedException, InterruptedException;
  }

  /** A workload that does what the test says; by default it yields three samples. */
  public static final class FakeWorkload implements Workload {
    /** By how much values are larger with the shortcut. */
    public double slowdown = 1;

    /** What each next trial does; then the default again. */
    public final Deque<Drive> next = new ArrayDeque<>();

    @Override
    public String name() {
      return "fake";
    }

    @Override
    public String summary() {
      return "no traffic";
    }

    @Override
    public List<Metric> metrics() {
      return List.of(PingEcho.LATENCY);
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(
          new Parameter("count", Parameter.Kind.POSITIVE, "3", "samples").within(1, 1000));
    }

    @Override
    public List<String> tools() {
      return List.of();
    }

    @Override
    public Duration estimate(Map<String, String> parameters) {
      return Duration.ofSeconds(1);
    }

    @Override
    public Traffic run(Scene s, Map<String, String> parameters, SampleSink sink, Path output)
        throws TestbedException, InterruptedException {
      if (next.isEmpty()) {
        for (int i = 0; i < Integer.parseInt(parameters.get("count")); i++) {
          boolean slower = ((FakeScene) s).treatment().level("shortcut", "").equals("sockmap");
          sink.accept(new Sample("latency", i, (1000 + i) * (slower ? slowdown : 1)));
        }
      } else {
        next.pop().run(sink);
      }
      return new Traffic(1, 3, 3, 72, 72, Duration.ofSeconds(1));
    }
  }
}
