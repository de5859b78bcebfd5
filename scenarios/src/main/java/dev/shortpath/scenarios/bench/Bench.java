package dev.shortpath.scenarios.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shortpath.harness.catalog.Catalog;
import dev.shortpath.harness.runner.MachineLock;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/**
 * {@code make bench}: measures the figures that Shortpath is held to, each side by side with its
 * reference, and prints one JSON line a figure. Arguments name figures; without any, all are
 * measured.
 */
public final class Bench {
  private static final List<WholeRun> RUNS =
      List.of(new QuickRun(true), new QuickRun(false), new Sweep());
  private static final List<Benchmark> ON_PODS =
      List.of(new ForeignPing(), new UnixRelay(), new Bulk(), new Stranger(), new ItgDecode());
  private static final List<Benchmark> ON_SERVICES =
      List.of(
          new ServiceConnect(),
          new ServiceLoad(),
          new ServiceChange("ebpf"),
          new ServiceChange("iptables-legacy"),
          new ServiceChange("nftables"));
  private static final List<Benchmark> UNSHAPED = List.of(new ServiceRates());

  /** At the end, because it takes some minutes to load ten thousand Services there. */
  private static final List<Benchmark> SLOW = List.of(new ServiceChange("iptables-nft"));

  private static final List<WholeRun> RUNS_ON_K3S = List.of(new K3sRun());
  private static final List<Benchmark> BESIDE_K3S = List.of(new K3sPods());

  private static final PrintStream FIGURES = System.out;

  private Bench() {}

  /** Entry point. */
  public static void main(String[] figures) throws Exception {
    System.setOut(System.err); // a run's progress; standard output is for figures
    List<String> asked = List.of(figures);
    List<String> known = known();
    for (String name : asked) {
      if (!known.contains(name)) {
        System.err.println("bench: no figure '" + name + "'; known: " + String.join(", ", known));
        System.exit(2);
      }
    }
    boolean all = carryOut(RUNS, asked);
    on(Ground::pods, ON_PODS, asked);
    on(Ground::services, ON_SERVICES, asked);
    on(Ground::unshaped, UNSHAPED, asked);
    on(Ground::services, SLOW, asked);
    List<String> onK3s = figures(RUNS_ON_K3S, BESIDE_K3S);
    if (wanted(onK3s, asked)) {
      List<String> missing = Ground.missingForK3s();
      if (!missing.isEmpty()) {
        notMeasured(onK3s, missing);
        System.exit(2);
      }
      carryOut(RUNS_ON_K3S, asked);
      on(Ground::nodeWithRules, BESIDE_K3S, asked);
    }
    if (!all) {
      System.exit(2);
    }
  }

  /** Whether this machine can carry all of them out. */
  private static boolean carryOut(List<WholeRun> runs, List<String> asked) throws Exception {
    boolean all = true;
    for (WholeRun run : runs) {
      if (wanted(run.figures(), asked)) {
        List<String> missing = run.missing();
        if (missing.isEmpty()) {
          print(run.measure(), asked);
        } else {
          notMeasured(run.figures(), missing);
          all = false;
        }
      }
    }
    return all;
  }

  private static void notMeasured(List<String> figures, List<String> missing) {
    System.err.println(
        "bench: not measured: " + String.join(", ", figures) + ": " + String.join("; ", missing));
  }

  /** Names of all figures, in the order in which they are measured. */
  static List<String> known() {
    List<String> known =
        new ArrayList<>(
            figures(
                RUNS,
                Stream.of(ON_PODS, ON_SERVICES, UNSHAPED, SLOW).flatMap(List::stream).toList()));
    known.addAll(figures(RUNS_ON_K3S, BESIDE_K3S));
    return known;
  }

  private static List<String> figures(List<WholeRun> runs, List<Benchmark> benchmarks) {
    List<String> figures = new ArrayList<>();
    runs.forEach(run -> figures.addAll(run.figures()));
    benchmarks.forEach(benchmark -> figures.addAll(benchmark.figures()));
    return figures;
  }

  private static void on(Callable<Ground> place, List<Benchmark> benchmarks, List<String> asked)
      throws Exception {
    List<Benchmark> wanted =
        benchmarks.stream().filter(benchmark -> wanted(benchmark.figures(), asked)).toList();
    if (wanted.isEmpty()) {
      return;
    }
    try (MachineLock lock = MachineLock.take("bench")) {
      Catalog.load().testbed("netns").clean();
      try (Ground ground = place.call()) {
        for (Benchmark benchmark : wanted) {
          print(benchmark.measure(ground), asked);
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
