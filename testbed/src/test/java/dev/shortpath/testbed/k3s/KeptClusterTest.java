package dev.shortpath.testbed.k3s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.Testbed;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedProvider;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.ChildJvm;
import dev.shortpath.testbed.Echo;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A cluster that stays for the next run. */
@Tag("k3s")
@ExtendWith(NeedsKubeNode.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class KeptClusterTest {
  private static final Map<String, String> KEEP = Map.of("keep", "yes");
  private static final Treatment ONE_NODE = new Treatment(Map.of("shortcut", "sockmap"));

  @TempDir Path work;

  @AfterEach
  void cleanRemovesIt() {
    new K3sProvider().clean();
    assertEquals(Set.of(), kept());
  }

  /** Ids of the containers of kept clusters. */
  private static Set<String> kept() {
    Set<String> ids = new TreeSet<>();
    Docker.client()
        .listContainersCmd()
        .withShowAll(true)
        .withLabelFilter(List.of("dev.shortpath.kept"))
        .exec()
        .forEach(container -> ids.add(container.getId()));
    return ids;
  }

  private TestbedRequest request(String id, Treatment... treatments) {
    return new TestbedRequest(id, "pods", Map.of(), List.of(treatments), work);
  }

  private void run(String id) throws Exception {
    try (Testbed testbed = new K3sProvider().with(KEEP).open(request(id, ONE_NODE));
        Scene scene = testbed.prepare(ONE_NODE)) {
      var before = scene.counters();
      var traffic = Echo.exchange(scene);
      var attestation = scene.attest(before, scene.counters(), traffic);
      assertTrue(attestation.attested(), attestation.reason());
    }
  }

  @Test
  @Tag("nightly")
  void theNextRunTakesIt() throws Exception {
    TestbedProvider keeping = new K3sProvider().with(KEEP);
    run("kept01");
    Set<String> first = kept();
    assertEquals(1, first.size());
    assertEquals(List.of(), keeping.clean(), "a run that keeps does not clean it away");
    run("kept02");
    assertEquals(first, kept());
    assertEquals(List.of(), Labelled.remains("kept02"));

    Process killed = ChildJvm.start(keeping, KEEP, request("kept03", ONE_NODE));
    var out = killed.inputReader();
    for (String line = out.readLine(); !"standing".equals(line); line = out.readLine()) {
      assertTrue(line != null, "it ended");
    }
    killed.destroyForcibly().waitFor();
    run("kept03");
    assertEquals(first, kept());

    Docker.client().killContainerCmd(first.iterator().next()).exec();
    run("kept04");
    assertEquals(1, kept().size());
    assertNotEquals(first, kept());
  }

  @Test
  void whatCannotBeKeptIsSaid() throws Exception {
    TestbedException e =
        assertThrows(TestbedException.class, () -> new K3sProvider().with(Map.of("keep", "1")));
    assertEquals("testbed k3s: keep '1': say yes or no", e.getMessage());
    assertNotEquals(KeptCluster.id("a"), KeptCluster.id("b"));
    assertTrue(KeptCluster.id("a").matches("[a-z0-9]{6}"));
    TestbedRequest path =
        new TestbedRequest(
            "kept05",
            "service-path",
            Map.of(),
            List.of(new Treatment(Map.of("service-data-plane", "nftables"))),
            work);
    TestbedProvider keeping = new K3sProvider().with(KEEP);
    assertTrue(keeping.missing(path).toString().contains("leave keep out"));
    assertThrows(TestbedException.class, () -> keeping.open(path));
    assertFalse(keeping.options().isEmpty());
  }
}
