package dev.shortpath.scenarios.bench;

import dev.shortpath.harness.experiment.Treatment;
import java.util.List;
import java.util.Map;

/**
 * Our ping-echo against sockperf over the same plain path, back to back, both waiting in the same
 * way (epoll on non-blocking sockets).
 */
final class ForeignPing implements Benchmark {
  private static final Treatment PLAIN = Ground.treatment("none", "off", "one-node");

  @Override
  public List<String> figures() {
    return List.of("pingecho_vs_sockperf");
  }

  @Override
  public List<Figure> measure(Ground ground) throws Exception {
    return List.of(
        Alternating.figure(
            "pingecho_vs_sockperf",
            "ns",
            "<= 1.02",
            9,
            () ->
                ground.p50(
                    PLAIN,
                    "ping-echo",
                    Map.of("interval-us", "0", "count", "60000", "warm-up", "10000")),
            () -> ground.p50(PLAIN, "sockperf", Map.of("seconds", "2"))));
  }
}
