package dev.shortpath.scenarios.bench;

import dev.shortpath.harness.experiment.Treatment;
import java.util.List;
import java.util.Map;

/** What the agents cost a connection that they do not pair: its ends are on two nodes. */
final class Stranger implements Benchmark {
  private static final Treatment ATTACHED = Ground.treatment("none", "sockmap", "two-nodes");
  private static final Treatment PLAIN = Ground.treatment("none", "off", "two-nodes");
  private static final Map<String, String> PINGS =
      Map.of("interval-us", "200", "count", "10000", "warm-up", "1000");

  @Override
  public List<String> figures() {
    return List.of("stranger_cost");
  }

  @Override
  public List<Figure> measure(Ground ground) throws Exception {
    return List.of(
        Alternating.figure(
            "stranger_cost",
            "ns",
            "<= 1.03",
            11,
            () -> ground.p50(ATTACHED, "ping-echo", PINGS),
            () -> ground.p50(PLAIN, "ping-echo", PINGS)));
  }
}
