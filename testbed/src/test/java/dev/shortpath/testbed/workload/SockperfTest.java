package dev.shortpath.testbed.workload;

import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.workload.SamplesContract;
import dev.shortpath.harness.workload.Sockperf;
import dev.shortpath.harness.workload.Workload;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

@Tag("netns")
class SockperfTest extends SamplesContract {
  @TempDir Path work;

  private PodsScene pods;

  @Override
  protected Workload workload() {
    return new Sockperf();
  }

  @Override
  protected Scene scene() throws Exception {
    pods = PodsScene.plain("wsock1", work, "sockperf");
    return pods.scene();
  }

  @Override
  protected Map<String, String> brief() {
    return Map.of("seconds", "1");
  }

  @AfterEach
  void tearDown() {
    if (pods != null) {
      pods.close();
    }
  }
}
