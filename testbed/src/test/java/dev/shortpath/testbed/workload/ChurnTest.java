package dev.shortpath.testbed.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.metric.Sample;
import dev.shortpath.harness.testbed.Action;
import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Host;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.Traffic;
import dev.shortpath.harness.workload.Churn;
import dev.shortpath.harness.workload.Parameter;
import dev.shortpath.harness.workload.Programming;
import dev.shortpath.harness.workload.SamplesContract;
import dev.shortpath.harness.workload.Workload;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A Service of two nftables rules in the client's pod, whose endpoint is the server's pod or the
 * client's own.
 */
@Tag("netns")
class ChurnTest extends SamplesContract {
  private static final String SERVICE = "10.99.0.1";

  @TempDir Path work;

  private final AtomicInteger added = new AtomicInteger();
  private final AtomicInteger moves = new AtomicInteger();
  private PodsScene pods;
  private long slow;

  @Override
  protected Workload workload() {
    return new Churn();
  }

  @Override
  protected Scene scene() throws Exception {
    pods = PodsScene.plain("wchurn", work, "connects", "nft", "kill");
    Scene base = pods.scene();
    InetSocketAddress target =
        new InetSocketAddress(InetAddress.getByName(SERVICE), base.listen().getPort());
    List<Host> servers = List.of(base.server(), base.client());
    lead(base, base.server());
    return new Altered(
        base,
        "tcp",
        List.of(target),
        servers,
        Map.of(
            "add-service", timed(added::incrementAndGet),
            "remove-service", timed(added::decrementAndGet),
            "load", timed(() -> 0),
            "change-endpoint",
                timed(
                    () -> {
                      Thread.sleep(slow);
                      return lead(base, servers.get(moves.incrementAndGet() % 2));
                    })));
  }

  /** A step that may take its time. */
  private interface Step {
    int take() throws TestbedException, InterruptedException;
  }

  private static Action timed(Step step) {
    return () -> {
      long start = System.nanoTime();
      step.take();
      return new Action.Span(start, System.nanoTime());
    };
  }

  private static int lead(Scene scene, Host to) throws TestbedException, InterruptedException {
    String rules =
        "add table ip churn; delete table ip churn; add table ip churn;"
            + " add chain ip churn out { type nat hook output priority -100; };"
            + " add rule ip churn out ip daddr "
            + SERVICE
            + " dnat to "
            + to.ipv4().getHostAddress();
    Result result = scene.client().remote().run(Command.of("nft", rules), Duration.ofSeconds(5));
    if (!result.ok()) {
      throw new TestbedException(result.err());
    }
    return result.exit();
  }

  @Override
  protected Map<String, String> brief() {
    return Map.of("changes", "4", "pause-ms", "100", "warm-up", "5");
  }

  @Override
  protected List<String> mayBeZero() {
    return List.of("lost-connections");
  }

  @Override
  protected void check(Traffic traffic, List<Sample> samples) {
    Map<String, Long> counts =
        samples.stream().collect(Collectors.groupingBy(Sample::metric, Collectors.counting()));
    assertEquals(4, counts.get("time-to-follow"));
    assertEquals(4, counts.get("time-to-add-service"));
    assertEquals(4, counts.get("time-to-remove-service"));
    assertEquals(4, counts.get("time-to-change-endpoint"));
    assertEquals(1, counts.get("lost-connections"));
    assertTrue(counts.get("connect") > 100, counts.toString());
    assertEquals(0, added.get(), "what was added was removed");
    // Traffic cannot follow before the kernel has the change, and follows soon after.
    Map<Long, Double> ends =
        samples.stream()
            .filter(s -> s.metric().equals("time-to-change-endpoint"))
            .collect(Collectors.toMap(Sample::timeNanos, Sample::value));
    for (Sample sample : samples) {
      if (sample.metric().equals("time-to-follow")) {
        assertTrue(sample.value() < ends.get(sample.timeNanos()) + 100e6, sample.toString());
      }
    }
  }

  @Test
  void aSlowChangeIsFollowedLate() throws Exception {
    slow = 50;
    List<Sample> samples = run(new Churn(), Map.of("changes", "2", "services", "0"));
    List<Sample> follow =
        samples.stream().filter(s -> s.metric().equals("time-to-follow")).toList();
    assertEquals(2, follow.size());
    follow.forEach(sample -> assertTrue(sample.value() > 50e6, sample.toString()));
  }

  @Test
  void programmingTakesTheTimeOfEachChange() throws Exception {
    slow = 20;
    List<Sample> samples = run(new Programming(), Map.of("endpoints", "2"));
    assertEquals(1 + 3 + 3 + 2, samples.size());
    samples.stream()
        .filter(s -> s.metric().equals("time-to-change-endpoint"))
        .forEach(sample -> assertTrue(sample.value() > 20e6, sample.toString()));
    assertEquals(0, added.get());
  }

  @Test
  void aSceneThatCannotChangeIsRefused() throws Exception {
    scene();
    Scene fixed = pods.scene();
    for (Workload workload : List.of(new Churn(), new Programming())) {
      TestbedException refused =
          assertThrows(
              TestbedException.class,
              () -> workload.run(fixed, defaults(workload), sample -> {}, work));
      assertTrue(refused.getMessage().contains("workload " + workload.name()));
    }
  }

  private List<Sample> run(Workload workload, Map<String, String> parameters) throws Exception {
    Map<String, String> complete = defaults(workload);
    complete.putAll(parameters);
    List<Sample> samples = new ArrayList<>();
    workload.run(scene(), complete, samples::add, work);
    return samples;
  }

  private static Map<String, String> defaults(Workload workload) {
    return workload.parameters().stream()
        .collect(Collectors.toMap(Parameter::name, Parameter::defaultValue));
  }

  @AfterEach
  void tearDown() {
    if (pods != null) {
      pods.close();
    }
  }
}
