package dev.shortpath.scenarios.bench;

import dev.shortpath.harness.store.RunDirectory;
import dev.shortpath.harness.store.TrialRecord;
import java.util.List;
import java.util.Locale;

/**
 * What the experiment service-scaling takes beside its traffic: D-ITG's flows of 30 s as in its
 * profile paper, one block of it for TCP over IPv4. Takes about twelve minutes.
 */
final class Sweep implements WholeRun {
  @Override
  public List<String> figures() {
    return List.of("sweep_overhead");
  }

  @Override
  public List<String> arguments() {
    return List.of(
        "service-scaling",
        "--profile=paper",
        "--blocks=1",
        "--set=protocol=tcp",
        "--set=ip-family=ipv4");
  }

  @Override
  public List<Figure> figures(RunDirectory run, double wallSeconds) throws Exception {
    List<TrialRecord> trials = run.trials();
    double traffic = trials.stream().mapToLong(TrialRecord::trafficNanos).sum() / 1e9;
    double around = trials.stream().mapToLong(t -> t.setUpNanos() + t.tearDownNanos()).sum() / 1e9;
    System.err.printf(
        Locale.ROOT,
        "sweep_overhead: %.1f s of traffic in %d trials, %.1f s around them, %.1f s for the rest%n",
        traffic,
        trials.size(),
        around,
        wallSeconds - traffic - around);
    return List.of(
        new Figure("sweep_overhead", wallSeconds, traffic, wallSeconds / traffic, "s", "<= 1.05"));
  }
}
