package dev.shortpath.testbed.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.metric.Sample;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.Traffic;
import dev.shortpath.harness.workload.Connect;
import dev.shortpath.harness.workload.SamplesContract;
import dev.shortpath.harness.workload.Workload;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

@Tag("netns")
class ConnectTcpTest extends SamplesContract {
  @TempDir Path work;

  private PodsScene pods;

  @Override
  protected Workload workload() {
    return new Connect();
  }

  @Override
  protected Scene scene() throws Exception {
    pods = PodsScene.plain("wconn1", work, "connects");
    return pods.scene();
  }

  @Override
  protected Map<String, String> brief() {
    return Map.of("count", "300", "warm-up", "10", "interval-us", "0");
  }

  @Override
  protected void check(Traffic traffic, List<Sample> samples) {
    assertEquals(310, traffic.connections());
    assertEquals(300, samples.stream().filter(s -> s.metric().equals("connect")).count());
    assertTrue(traffic.messagesToClient() == 0, "nobody said anything");
  }

  @AfterEach
  void tearDown() {
    if (pods != null) {
      pods.close();
    }
  }
}
