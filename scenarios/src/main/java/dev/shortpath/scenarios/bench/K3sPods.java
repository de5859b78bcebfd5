package dev.shortpath.scenarios.bench;

import dev.shortpath.harness.experiment.Treatment;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Testbed k3s beside network namespaces: how long it takes to stand, one node and one family,
 * images present; and how the plain path between two pods of one node compares, by the same client,
 * with a message as often as in profile quick of the experiment eztunnel. The node on network
 * namespaces hands bridged packets to kube-proxy's rules, as the other does.
 */
final class K3sPods implements Benchmark {
  private static final int STARTS = 3;
  private static final double MOST_SECONDS = 30;
  private static final int ROUNDS = 9;
  private static final Map<String, String> MESSAGES =
      Map.of("interval-us", "5000", "count", "800", "warm-up", "60");

  @Override
  public List<String> figures() {
    return List.of("k3s_ready_s", "k3s_vs_netns_direct");
  }

  @Override
  public List<Figure> measure(Ground netns) throws Exception {
    double[] seconds = new double[STARTS];
    for (int i = 0; i < STARTS - 1; i++) {
      long start = System.nanoTime();
      Ground k3s = Ground.k3s();
      seconds[i] = said(i, start);
      k3s.close();
    }
    long start = System.nanoTime();
    Treatment plain = Ground.awake(Ground.treatment("none", "off", "one-node"));
    try (Ground k3s = Ground.k3s()) {
      seconds[STARTS - 1] = said(STARTS - 1, start);
      double ready = Alternating.median(seconds);
      return List.of(
          new Figure("k3s_ready_s", ready, MOST_SECONDS, ready / MOST_SECONDS, "s", "<= 1.00"),
          Alternating.figure(
              "k3s_vs_netns_direct",
              "ns",
              "0.80 to 1.25",
              ROUNDS,
              () -> k3s.p50(plain, "ping-echo", MESSAGES),
              () -> netns.p50(plain, "ping-echo", MESSAGES)));
    }
  }

  private static double said(int i, long start) {
    double seconds = (System.nanoTime() - start) / 1e9;
    System.err.printf(Locale.ROOT, "k3s_ready_s: start %d of %d: %.1f s%n", i + 1, STARTS, seconds);
    return seconds;
  }
}
