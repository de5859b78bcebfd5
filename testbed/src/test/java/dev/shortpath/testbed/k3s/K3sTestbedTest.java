package dev.shortpath.testbed.k3s;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.TestbedProvider;
import dev.shortpath.testbed.Sabotage;
import dev.shortpath.testbed.TestbedContract;
import dev.shortpath.testbed.idle.Idle;
import dev.shortpath.testbed.remote.LocalProcess;
import dev.shortpath.testbed.tool.Tools;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract, held by {@code k3s}. Needs Docker and the node image. */
@Tag("k3s")
@ExtendWith(NeedsKubeNode.class)
class K3sTestbedTest extends TestbedContract {
  @Override
  protected TestbedProvider provider() {
    return new K3sProvider();
  }

  @Override
  protected Optional<String> impossible() {
    return Docker.missing();
  }

  @Override
  protected String topology() {
    return "pods";
  }

  @Override
  protected List<Treatment> treatments() {
    List<Treatment> all = new ArrayList<>();
    Map<String, List<String>> factors = provider().factors(topology());
    for (String shortcut : factors.get("shortcut")) {
      for (String placement : factors.get("placement")) {
        for (String family : factors.get("ip-family")) {
          all.add(treatment(shortcut, placement, family));
        }
      }
    }
    if (Idle.AWAKE.missing().isEmpty()) {
      Map<String, String> awake = new LinkedHashMap<>(treatment("sockmap").levels());
      awake.put("idle", "awake");
      all.add(new Treatment(awake));
    }
    return all;
  }

  private static Treatment treatment(String shortcut, String placement, String family) {
    Map<String, String> levels = new LinkedHashMap<>();
    levels.put("mesh", "none");
    levels.put("shortcut", shortcut);
    levels.put("placement", placement);
    levels.put("ip-family", family);
    return new Treatment(levels);
  }

  private static Treatment treatment(String shortcut) {
    return treatment(shortcut, "one-node", "ipv4");
  }

  @Override
  protected Treatment richest() {
    return treatment("sockmap", "two-nodes", "ipv6");
  }

  @Override
  protected List<Sabotage> sabotages() {
    List<String> none = List.of();
    return List.of(
        new Sabotage(
            "agent killed",
            treatment("sockmap"),
            (scene, id) -> {
              Files.writeString(scene.cgroups().get("agent n1").resolve("cgroup.kill"), "1");
              return () -> {};
            },
            none,
            "the agent of node n1"),
        new Sabotage(
            "a program whose sockets the agent leaves alone",
            treatment("sockmap"),
            (scene, id) -> () -> {},
            List.of("--blocking"),
            "the agent paired 0 of 1 connections"),
        new Sabotage(
            "a stranger's agent on the whole host",
            treatment("off"),
            this::strangersAgent,
            none,
            "carried"));
  }

  private AutoCloseable strangersAgent(Scene scene, String id) throws Exception {
    String agent = Tools.here().locate("shortpath-agent").toString();
    LocalProcess running =
        LocalProcess.start(
            "a stranger's agent", List.of(agent, "attach", "--name", "stranger-" + id));
    if (running.out().read() < 0) {
      throw new IllegalStateException(running.err());
    }
    return running;
  }

  @Override
  protected List<String> remains(String runId) {
    return Labelled.remains(runId);
  }
}
