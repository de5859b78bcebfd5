package dev.shortpath.scenarios;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shortpath.harness.catalog.Catalog;
import dev.shortpath.harness.catalog.Experiments;
import dev.shortpath.harness.cli.Main;
import dev.shortpath.harness.experiment.Experiment;
import dev.shortpath.harness.runner.Preflight;
import dev.shortpath.harness.testbed.TestbedProvider;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** The experiment eztunnel without a mesh on testbed k3s, in this process, by the command line. */
final class OnK3s {
  private final Catalog catalog = Catalog.load();
  private final Path run;
  private final StringWriter said = new StringWriter();

  /** Skips the test, saying why, where this machine has no testbed k3s. */
  OnK3s(Path temporary) throws Exception {
    this.run = temporary.resolve("run");
    Experiment experiment =
        Preflight.restricted(Preflight.complete(Experiments.find("eztunnel"), catalog), testbed());
    List<String> missing =
        testbed().missing(Preflight.request("doctor", experiment, catalog, temporary));
    assumeTrue(missing.isEmpty(), missing.toString());
  }

  TestbedProvider testbed() {
    return catalog.testbed("k3s");
  }

  /** The run's directory. */
  Path directory() {
    return run;
  }

  /** Carries it out; the exit status. Another run that holds the machine is waited for. */
  int carryOut(String... more) {
    List<String> line =
        new ArrayList<>(
            List.of("run", "eztunnel", "--testbed", "k3s", "--set", "mesh=none", "--out"));
    line.add(run.toString());
    line.addAll(List.of(more));
    String[] words = line.toArray(String[]::new);
    int exit = Main.execute(catalog, new PrintWriter(said, true), words);
    for (int i = 0; i < 120 && exit == 2 && said().contains("machine is occupied"); i++) {
      LockSupport.parkNanos(1_000_000_000);
      said.getBuffer().setLength(0);
      exit = Main.execute(catalog, new PrintWriter(said, true), words);
    }
    return exit;
  }

  /** What it said. */
  String said() {
    return said.toString();
  }
}
