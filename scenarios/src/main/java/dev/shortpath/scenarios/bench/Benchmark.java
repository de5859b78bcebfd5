package dev.shortpath.scenarios.bench;

import java.util.List;

/** Measures one or more figures. A new one is a new class and a line in {@link Bench}. */
interface Benchmark {
  /** Names of its figures. */
  List<String> figures();

  /** Measures them. */
  List<Figure> measure(Ground ground) throws Exception;
}
