package dev.shortpath.scenarios.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shortpath.harness.catalog.Catalog;
import dev.shortpath.harness.runner.MachineLock;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code make bench}: measures the figures that Shortpath is held to, each side by side with its
 * reference, and prints one JSON line a figure. Arguments name figures; without any, all are
 * measured.
 */
public final class Bench {
  private static final List<Benchmark> ON_GROUND =
      List.of(new ForeignPing(), new UnixRelay(), new Bulk(), new Stranger(), new ItgDecode());

  private static final PrintStream FIGURES = System.out;

  private Bench() {}

  /** Entry point. */
  public static void main(String[] figures) throws Exception {
    System.setOut(System.err); // a run's progress; standard output is for figures
    List<String> asked = List.of(figures);
    List<String> known = new ArrayList<>(QuickRun.figures());
    ON_GROUND.forEach(b -> known.addAll(b.figures()));
    for (String name : asked) {
      if (!known.contains(name)) {
        System.err.println("bench: no figure '" + name + "'; known: " + String.join(", ", known));
        System.exit(2);
      }
    }
    if (wanted(QuickRun.figures(), asked)) {
      print(QuickRun.measure(), asked);
    }
    if (ON_GROUND.stream().anyMatch(b -> wanted(b.figures(), asked))) {
      onGround(asked);
    }
  }

  private static void onGround(List<String> asked) throws Exception {
    try (MachineLock lock = MachineLock.take("bench")) {
      Catalog.load().testbed("netns").clean();
      try (Ground ground = Ground.open()) {
        for (Benchmark benchmark : ON_GROUND) {
          if (wanted(benchmark.figures(), asked)) {
            print(benchmark.measure(ground), asked);
          }
        }
      }
    }
  }

  private static boolean wanted(List<String> figures, List<String> asked) {
    return asked.isEmpty() || figures.stream().anyMatch(asked::contains);
  }

  private static void print(List<Figure> figures, List<String> asked) throws Exception {
    for (Figure figure : figures) {
      if (asked.isEmpty() || asked.contains(figure.figure())) {
        FIGURES.println(new ObjectMapper().writeValueAsString(figure));
      }
    }
  }
}
