package dev.shortpath.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.store.RunDirectory;
import dev.shortpath.harness.store.TrialRecord;
import dev.shortpath.harness.store.TrialState;
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

  @Test
  @Timeout(300)
  void endsWithAttestedTrialsAndAReport() throws Exception {
    OnK3s k3s = new OnK3s(temporary);
    Path run = k3s.directory();
    int exit =
        k3s.carryOut("--set=placement=one-node,two-nodes", "--parameter=count=300", "--blocks=1");
    assertEquals(0, exit, k3s.said());

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
    assertEquals(List.of(), k3s.testbed().clean(), "something is left");
  }
}
