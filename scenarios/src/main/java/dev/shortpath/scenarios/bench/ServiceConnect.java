package dev.shortpath.scenarios.bench;

import dev.shortpath.harness.experiment.Treatment;
import java.util.List;
import java.util.Map;

/**
 * Connects one after the other to the last NodePort: whether they feel the number of Services, and
 * how those of the eBPF data plane stand to those of nftables.
 */
final class ServiceConnect implements Benchmark {
  private static final Treatment MANY = Ground.treatment("ebpf", 10_000, "tcp");
  private static final Treatment ONE = Ground.treatment("ebpf", 1, "tcp");
  private static final Treatment NFTABLES = Ground.treatment("nftables", 10_000, "tcp");
  private static final int ROUNDS = 25;
  private static final Map<String, String> CONNECTS =
      Map.of("count", "2000", "warm-up", "200", "interval-us", "0");

  @Override
  public List<String> figures() {
    return List.of("ebpf_connect_growth", "ebpf_connect_vs_nftables");
  }

  @Override
  public List<Figure> measure(Ground ground) throws Exception {
    return List.of(
        Alternating.figure(
            "ebpf_connect_growth",
            "ns",
            "<= 1.02",
            ROUNDS,
            () -> p50(ground, MANY),
            () -> p50(ground, ONE)),
        Alternating.figure(
            "ebpf_connect_vs_nftables",
            "ns",
            "<= 1.00",
            ROUNDS,
            () -> p50(ground, MANY),
            () -> p50(ground, NFTABLES)));
  }

  private static double p50(Ground ground, Treatment treatment) throws Exception {
    return ground.median(treatment, "connect", "connect", CONNECTS);
  }
}
