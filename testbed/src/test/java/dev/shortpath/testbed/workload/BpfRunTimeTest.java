package dev.shortpath.testbed.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.metric.BpfRunTime;
import dev.shortpath.harness.metric.Collector;
import dev.shortpath.harness.workload.Parameter;
import dev.shortpath.harness.workload.PingEcho;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The run time of the agent's programs while messages are redirected. */
@Tag("netns")
class BpfRunTimeTest {
  private static final int MESSAGES = 200;

  @TempDir Path work;

  private PodsScene pods;

  @BeforeEach
  void setUp() throws Exception {
    pods = PodsScene.redirecting("wbpfst", work, "pingecho", "bpfstats");
  }

  @AfterEach
  void tearDown() {
    if (pods != null) {
      pods.close();
    }
  }

  @Test
  void countsTheProgramsThatRanMeanwhile() throws Exception {
    Collector.Reading reading = new BpfRunTime(true).begin(pods.scene());
    ping();
    Map<String, Double> cost = reading.end(null);
    // sk_msg runs once for each message, there and back.
    assertTrue(cost.get("bpf-runs") >= 2 * MESSAGES, cost.toString());
    double each = cost.get("bpf-run-time") / cost.get("bpf-runs");
    assertTrue(each > 10e-9 && each < 100e-6, each + " s a run");
  }

  @Test
  void nothingIsCountedWhenItIsOffOrOverAgain() throws Exception {
    Collector.Reading off = new BpfRunTime(false).begin(pods.scene());
    Collector.Reading first = new BpfRunTime(true).begin(pods.scene());
    ping();
    first.end(null);
    assertEquals(Map.of(), off.end(null));
    ping(); // nobody counts these
    Map<String, Double> second = new BpfRunTime(true).begin(pods.scene()).end(null);
    assertTrue(second.get("bpf-runs") < MESSAGES, second.toString());
  }

  private void ping() throws Exception {
    PingEcho workload = new PingEcho();
    Map<String, String> parameters =
        workload.parameters().stream()
            .collect(Collectors.toMap(Parameter::name, Parameter::defaultValue));
    parameters.putAll(Map.of("count", Integer.toString(MESSAGES), "interval-us", "200"));
    workload.run(pods.scene(), parameters, sample -> {}, work);
  }
}
