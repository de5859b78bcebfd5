package dev.shortpath.scenarios.bench;

import dev.shortpath.harness.testbed.Scene;
import java.util.ArrayList;
import java.util.List;

/**
 * The step of a sweep from 9,000 Services to 10,000 and the one back, the dearest there are, under
 * each data plane: all that lies between two trials, the flows that are forgotten included.
 */
final class ServiceChange implements Benchmark {
  private static final List<String> PLANES =
      List.of("iptables-legacy", "iptables-nft", "nftables", "ebpf");
  private static final int FEWER = 9_000;
  private static final int MORE = 10_000;
  private static final int ROUNDS = 3;
  private static final double MOST_SECONDS = 2;

  @Override
  public List<String> figures() {
    return PLANES.stream().map(ServiceChange::name).toList();
  }

  private static String name(String plane) {
    return "services_change_1000_" + plane.replace('-', '_');
  }

  @Override
  public List<Figure> measure(Ground ground) throws Exception {
    List<Figure> figures = new ArrayList<>();
    for (String plane : PLANES) {
      prepare(ground, plane, MORE);
      double[] removing = new double[ROUNDS];
      double[] adding = new double[ROUNDS];
      for (int i = 0; i < ROUNDS; i++) {
        removing[i] = prepare(ground, plane, FEWER);
        adding[i] = prepare(ground, plane, MORE);
        System.err.printf(
            "%s: round %d of %d: %.3f s to remove, %.3f s to add%n",
            name(plane), i + 1, ROUNDS, removing[i], adding[i]);
      }
      double dearer = Math.max(Alternating.median(removing), Alternating.median(adding));
      figures.add(
          new Figure(name(plane), dearer, MOST_SECONDS, dearer / MOST_SECONDS, "s", "<= 1.00"));
    }
    return figures;
  }

  /** Seconds until a treatment is in force. */
  private static double prepare(Ground ground, String plane, int services) throws Exception {
    long start = System.nanoTime();
    try (Scene scene = ground.prepare(Ground.treatment(plane, services, "tcp"))) {
      return (System.nanoTime() - start) / 1e9;
    }
  }
}
