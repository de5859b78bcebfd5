package dev.shortpath.scenarios.bench;

import dev.shortpath.harness.testbed.Scene;
import java.util.List;
import java.util.Locale;

/**
 * The step of a sweep from 9,000 Services to 10,000 and the one back, the dearest there are: all
 * that lies between two trials, the flows that are forgotten included.
 *
 * @param plane the data plane
 */
record ServiceChange(String plane) implements Benchmark {
  private static final int FEWER = 9_000;
  private static final int MORE = 10_000;
  private static final int ROUNDS = 3;
  private static final double MOST_SECONDS = 2;

  @Override
  public List<String> figures() {
    return List.of("services_change_1000_" + plane.replace('-', '_'));
  }

  @Override
  public List<Figure> measure(Ground ground) throws Exception {
    String name = figures().get(0);
    System.err.printf(Locale.ROOT, "%s: loaded in %.3f s%n", name, prepare(ground, MORE));
    double[] removing = new double[ROUNDS];
    double[] adding = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      removing[i] = prepare(ground, FEWER);
      adding[i] = prepare(ground, MORE);
      System.err.printf(
          Locale.ROOT,
          "%s: round %d of %d: %.3f s to remove, %.3f s to add%n",
          name,
          i + 1,
          ROUNDS,
          removing[i],
          adding[i]);
    }
    double dearer = Math.max(Alternating.median(removing), Alternating.median(adding));
    return List.of(new Figure(name, dearer, MOST_SECONDS, dearer / MOST_SECONDS, "s", "<= 1.00"));
  }

  /** Seconds until so many Services are in force. */
  private double prepare(Ground ground, int services) throws Exception {
    long start = System.nanoTime();
    try (Scene scene = ground.prepare(Ground.treatment(plane, services, "tcp"))) {
      return (System.nanoTime() - start) / 1e9;
    }
  }
}
