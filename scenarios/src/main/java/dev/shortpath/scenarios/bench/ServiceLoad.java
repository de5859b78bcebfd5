package dev.shortpath.scenarios.bench;

import dev.shortpath.harness.testbed.Action;
import dev.shortpath.harness.testbed.Scene;
import java.util.List;

/** Loading 10,000 Services anew, and the part of it that is computing what to load. */
final class ServiceLoad implements Benchmark {
  private static final int SERVICES = 10_000;
  private static final int ROUNDS = 5;
  private static final double MOST_SECONDS = 0.3;

  @Override
  public List<String> figures() {
    return List.of("ebpf_load_10000", "rules_compile_10000");
  }

  @Override
  public List<Figure> measure(Ground ground) throws Exception {
    return List.of(
        Alternating.figure(
            "ebpf_load_10000",
            "s",
            "<= 0.10",
            ROUNDS,
            () -> seconds(ground, "ebpf", "load"),
            () -> seconds(ground, "iptables-legacy", "load")),
        compile(ground));
  }

  /** Of the data plane that takes longest; iptables-nft has the rules of iptables-legacy. */
  private static Figure compile(Ground ground) throws Exception {
    Figure slowest = null;
    for (String plane : List.of("iptables-legacy", "nftables", "ebpf")) {
      Figure one =
          Alternating.figure(
              "rules_compile_10000",
              "s",
              "<= 1.00",
              ROUNDS,
              () -> seconds(ground, plane, "compile"),
              () -> MOST_SECONDS);
      slowest = slowest == null || one.value() > slowest.value() ? one : slowest;
    }
    return slowest;
  }

  private static double seconds(Ground ground, String plane, String action) throws Exception {
    try (Scene scene = ground.prepare(Ground.treatment(plane, SERVICES, "tcp"))) {
      Action.Span span = scene.actions().get(action).perform();
      return (span.endNanos() - span.startNanos()) / 1e9;
    }
  }
}
