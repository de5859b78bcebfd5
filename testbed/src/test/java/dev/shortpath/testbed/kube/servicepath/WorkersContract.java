package dev.shortpath.testbed.kube.servicepath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Action;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.Testbed;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.TestbedContract;
import dev.shortpath.testbed.servicepath.Position;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract, for topology {@code service-path} on every kind of cluster. */
public abstract class WorkersContract extends TestbedContract {
  @TempDir Path logs;

  @Override
  protected final String topology() {
    return ServicePathTopology.NAME;
  }

  /** A treatment; the other levels as {@code FACTOR=LEVEL[,FACTOR=LEVEL]}. */
  protected static Treatment treatment(String plane, int services, String levels) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("service-data-plane", plane);
    all.put("services", Integer.toString(services));
    for (String level : levels.split(",")) {
      all.put(level.split("=")[0], level.split("=")[1]);
    }
    return new Treatment(all);
  }

  @Override
  protected List<Treatment> treatments() {
    List<Treatment> all = new ArrayList<>();
    for (String family : List.of("ipv4", "ipv6")) {
      for (String plane : ServicePathTopology.PLANES) {
        String position = Position.LEVELS.get(all.size() % Position.LEVELS.size());
        all.add(
            treatment(plane, 1 + 2 * all.size(), "ip-family=" + family + ",position=" + position));
      }
    }
    return all;
  }

  /** What a workload may change, each change and back again, is in the kernel when it returns. */
  @Test
  void changesAreInTheKernelWhenTheyAreOver() throws Exception {
    Treatment treatment = treatment("iptables-nft", 40, "position=last");
    Treatment other = treatment("nftables", 40, "position=last");
    TestbedRequest request =
        new TestbedRequest(runId(), topology(), parameters(), List.of(treatment, other), logs);
    try (Testbed testbed = provider().open(request)) {
      changesAreInTheKernel(testbed, treatment);
      changesAreInTheKernel(testbed, other);
    }
  }

  /** Likewise, of a treatment with 40 Services. */
  protected static void changesAreInTheKernel(Testbed testbed, Treatment treatment)
      throws Exception {
    try (Scene scene = testbed.prepare(treatment)) {
      counted(scene, 40);
      for (String name : List.of("add-service", "remove-service", "change-endpoint", "load")) {
        Action.Span span = scene.actions().get(name).perform();
        assertTrue(span.endNanos() > span.startNanos(), name);
        counted(scene, name.equals("add-service") ? 41 : 40);
      }
    }
  }

  private static void counted(Scene scene, long services) throws Exception {
    Map<String, Long> counters = scene.counters();
    assertEquals(services, counters.get("services.counted"));
    assertEquals(services, counters.get("services.asked"));
    assertEquals(counters.get("api.endpoint-slices-asked"), counters.get("api.endpoint-slices"));
  }
}
