package dev.shortpath.testbed.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.metric.Sample;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.Traffic;
import dev.shortpath.harness.workload.PacketRate;
import dev.shortpath.harness.workload.SamplesContract;
import dev.shortpath.harness.workload.Workload;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

@Tag("netns")
class PacketRateTest extends SamplesContract {
  @TempDir Path work;

  private PodsScene pods;

  @Override
  protected Workload workload() {
    return new PacketRate();
  }

  @Override
  protected Scene scene() throws Exception {
    pods = PodsScene.plain("wrate1", work, "rates");
    return Altered.udp(pods.scene());
  }

  @Override
  protected Map<String, String> brief() {
    return Map.of("seconds", "1", "warm-up-ms", "200", "rate", "5000");
  }

  @Override
  protected List<String> mayBeZero() {
    return List.of("packet-loss");
  }

  @Override
  protected void check(Traffic traffic, List<Sample> samples) {
    assertEquals(List.of("packet-rate", "packet-loss"), names(samples));
    assertEquals(5000, samples.get(0).value(), 1000, "the rate that was asked for");
    assertTrue(samples.get(1).value() < 0.1, "and hardly any loss");
  }

  private static List<String> names(List<Sample> samples) {
    return samples.stream().map(Sample::metric).toList();
  }

  @AfterEach
  void tearDown() {
    if (pods != null) {
      pods.close();
    }
  }
}
