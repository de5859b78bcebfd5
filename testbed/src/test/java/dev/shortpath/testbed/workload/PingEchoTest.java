package dev.shortpath.testbed.workload;

import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.workload.PingEcho;
import dev.shortpath.harness.workload.SamplesContract;
import dev.shortpath.harness.workload.Workload;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

@Tag("netns")
class PingEchoTest extends SamplesContract {
  @TempDir Path work;

  private PodsScene pods;

  @Override
  protected Workload workload() {
    return new PingEcho();
  }

  @Override
  protected Scene scene() throws Exception {
    pods = PodsScene.plain("wping1", work, "pingecho");
    return pods.scene();
  }

  @Override
  protected Map<String, String> brief() {
    return Map.of("count", "200", "warm-up", "5", "interval-us", "500");
  }

  @AfterEach
  void tearDown() {
    if (pods != null) {
      pods.close();
    }
  }
}
