package dev.shortpath.testbed.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.metric.Sample;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.Traffic;
import dev.shortpath.harness.workload.SamplesContract;
import dev.shortpath.harness.workload.StreamRate;
import dev.shortpath.harness.workload.Workload;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

@Tag("netns")
class StreamRateTest extends SamplesContract {
  @TempDir Path work;

  private PodsScene pods;

  @Override
  protected Workload workload() {
    return new StreamRate();
  }

  @Override
  protected Scene scene() throws Exception {
    pods = PodsScene.plain("wrate2", work, "rates");
    return pods.scene();
  }

  @Override
  protected Map<String, String> brief() {
    return Map.of("seconds", "1", "warm-up-ms", "200", "flows", "2");
  }

  @Override
  protected void check(Traffic traffic, List<Sample> samples) {
    assertEquals(2, traffic.connections());
    double mean = traffic.bytesToServer() * 8e9 / traffic.duration().toNanos();
    assertTrue(samples.size() == 1, "one value a trial");
    assertEquals(1, samples.get(0).value() / mean, 0.3, "what was sent is what arrives");
  }

  @AfterEach
  void tearDown() {
    if (pods != null) {
      pods.close();
    }
  }
}
