package dev.shortpath.testbed.workload;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.Testbed;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.netns.NetnsProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/** Two pods without a mesh, for a workload's test. */
final class PodsScene implements AutoCloseable {
  private final Testbed testbed;
  private final Scene scene;

  private PodsScene(String runId, Path work, String shortcut, List<String> tools) throws Exception {
    Treatment treatment =
        new Treatment(
            Map.of(
                "mesh", "none",
                "shortcut", shortcut,
                "placement", "one-node",
                "ip-family", "ipv4"));
    TestbedRequest request =
        new TestbedRequest(runId, "pods", Map.of(), List.of(treatment), tools, work);
    NetnsProvider provider = new NetnsProvider();
    List<String> missing = provider.missing(request);
    assumeTrue(missing.isEmpty(), String.join("; ", missing));
    testbed = provider.open(request);
    scene = testbed.prepare(treatment);
  }

  /** Without a shortcut. */
  static PodsScene plain(String runId, Path work, String... tools) throws Exception {
    return new PodsScene(runId, work, "off", List.of(tools));
  }

  /** With the agent attached. */
  static PodsScene redirecting(String runId, Path work, String... tools) throws Exception {
    return new PodsScene(runId, work, "sockmap", List.of(tools));
  }

  Scene scene() {
    return scene;
  }

  /** As the kernel does where memory runs out. */
  void killServer() {
    try {
      Path kill = scene.cgroups().get("server").resolve("cgroup.kill");
      Files.writeString(kill, "1", StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    scene.close();
    testbed.close();
  }
}
