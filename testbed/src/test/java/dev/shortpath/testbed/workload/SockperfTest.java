package dev.shortpath.testbed.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.workload.SamplesContract;
import dev.shortpath.harness.workload.Sockperf;
import dev.shortpath.harness.workload.Workload;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
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

  @Test
  void saysThatTheServerDied() throws Exception {
    assumeTrue(System.getProperty("user.name").equals("root"), "namespaces need root");
    Scene scene = scene();
    Map<String, String> parameters = new HashMap<>(Map.of("seconds", "10"));
    workload().parameters().forEach(p -> parameters.putIfAbsent(p.name(), p.defaultValue()));
    ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
    try {
      later.schedule(pods::killServer, 2, TimeUnit.SECONDS);
      TestbedException e =
          assertThrows(
              TestbedException.class, () -> workload().run(scene, parameters, sample -> {}, work));
      assertEquals("sockperf server was ended by signal 9", e.getMessage());
    } finally {
      later.shutdownNow();
    }
  }

  @AfterEach
  void tearDown() {
    if (pods != null) {
      pods.close();
    }
  }
}
