package dev.shortpath.testbed.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.workload.PingEcho;
import dev.shortpath.harness.workload.SamplesContract;
import dev.shortpath.harness.workload.Workload;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
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

  @Test
  void saysThatTheServerDied() throws Exception {
    assumeTrue(System.getProperty("user.name").equals("root"), "namespaces need root");
    Scene scene = scene();
    Map<String, String> parameters = new HashMap<>(brief());
    workload().parameters().forEach(p -> parameters.putIfAbsent(p.name(), p.defaultValue()));
    TestbedException e =
        assertThrows(
            TestbedException.class,
            () -> workload().run(scene, parameters, sample -> pods.killServer(), work));
    assertEquals("pingecho server was ended by signal 9", e.getMessage());
  }

  @AfterEach
  void tearDown() {
    if (pods != null) {
      pods.close();
    }
  }
}
