package dev.shortpath.scenarios.bench;

import dev.shortpath.harness.store.RunDirectory;
import java.util.List;

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
    return List.of(WholeRun.overhead("sweep_overhead", "<= 1.05", run, wallSeconds));
  }
}
