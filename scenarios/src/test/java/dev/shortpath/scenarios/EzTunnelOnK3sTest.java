package dev.shortpath.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shortpath.harness.catalog.Catalog;
import dev.shortpath.harness.catalog.Experiments;
import dev.shortpath.harness.cli.Main;
import dev.shortpath.harness.experiment.Experiment;
import dev.shortpath.harness.runner.Preflight;
import dev.shortpath.harness.store.RunDirectory;
import dev.shortpath.harness.store.TrialRecord;
import dev.shortpath.harness.store.TrialState;
import dev.shortpath.harness.testbed.TestbedProvider;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A short eztunnel on a real Kubernetes, from the command line to the report. */
@Tag("k3s")
class EzTunnelOnK3sTest {
  @TempDir Path temporary;

  private final Catalog catalog = Catalog.load();

  @Test
  @Timeout(300)
  void endsWithAttestedTrialsAndAReport() throws Exception {
    TestbedProvider k3s = catalog.testbed("k3s");
    Experiment experiment =
        Preflight.restricted(
            Preflight.complete(Experiments.find("eztunnel"), catalog), catalog.testbed("k3s"));
    List<String> missing = k3s.missing(Preflight.request("doctor", experiment, catalog, temporary));
    assumeTrue(missing.isEmpty(), missing.toString());
    Path run = temporary.resolve("run");
    StringWriter said = new StringWriter();
    int exit =
        Main.execute(
            catalog,
            new PrintWriter(said, true),
            "run",
            "eztunnel",
            "--testbed",
            "k3s",
            "--set",
            "mesh=none",
            "--set",
            "placement=one-node,two-nodes",
            "--parameter",
            "count=300",
            "--blocks",
            "1",
            "--out",
            run.toString());
    assertEquals(0, exit, said.toString());

    RunDirectory directory = RunDirectory.open(run);
    Set<String> paths = new TreeSet<>();
    for (TrialRecord trial : directory.trials()) {
      assertEquals(TrialState.DONE, trial.state(), trial.toString());
      assertTrue(trial.attestation().attested(), trial.attestation().reason());
      assertEquals(300, trial.samples());
      paths.add(
          trial.trial().treatment().level("shortcut", "")
              + " "
              + trial.trial().treatment().level("placement", "")
              + ": "
              + trial.attestation().hops().get(0).mechanism());
    }
    assertEquals(
        Set.of(
            "off one-node: stack",
            "off two-nodes: stack",
            "sockmap one-node: redirect",
            "sockmap two-nodes: stack"),
        paths);
    String parts = directory.run().parts().toString();
    assertTrue(parts.contains("Kubernetes v1."), parts);
    assertTrue(parts.contains("shortpath/agent:"), parts);
    assertTrue(Files.size(run.resolve("report/index.html")) > 10_000);
    assertTrue(Files.size(run.resolve("report/report.pdf")) > 10_000);
    assertEquals(List.of(), k3s.clean(), "something is left");
  }
}
