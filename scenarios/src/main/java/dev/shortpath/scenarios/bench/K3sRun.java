package dev.shortpath.scenarios.bench;

import dev.shortpath.harness.store.RunDirectory;
import java.util.List;

/**
 * What a run on testbed k3s takes beside its traffic: trials of 21 s as in eztunnel's profile full,
 * four blocks of them, the cluster's start and the report included. Takes about five minutes.
 */
final class K3sRun implements WholeRun {
  @Override
  public List<String> figures() {
    return List.of("k3s_overhead");
  }

  @Override
  public List<String> arguments() {
    return List.of(
        "eztunnel",
        "--testbed=k3s",
        "--profile=full",
        "--blocks=4",
        "--set=mesh=none",
        "--set=placement=one-node",
        "--set=ip-family=ipv4");
  }

  @Override
  public List<Figure> figures(RunDirectory run, double wallSeconds) throws Exception {
    return List.of(WholeRun.overhead("k3s_overhead", "<= 1.20", run, wallSeconds));
  }
}
