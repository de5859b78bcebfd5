package dev.shortpath.harness.testbed;

import java.util.List;
import java.util.Map;

/** A kind of testbed, found by {@link java.util.ServiceLoader}. */
public interface TestbedProvider {
  /** For example {@code netns}. */
  String name();

  /** One line for {@code shortpath list}. */
  String summary();

  /** Names of the layouts that it can set up. */
  List<String> topologies();

  /**
   * The factors that this testbed can switch in a topology, each with its levels; an empty list
   * stands for any level (a number, say), checked by {@link #missing}. Empty for a topology that it
   * does not have.
   */
  Map<String, List<String>> factors(String topology);

  /** What a user may tell this kind of testbed, each name with its meaning. */
  default Map<String, String> options() {
    return Map.of();
  }

  /**
   * This provider, told so; everything it does then goes by these options, its cleaning too.
   *
   * @param options some of {@link #options}
   * @throws TestbedException when a value cannot be right, saying what to give
   */
  default TestbedProvider with(Map<String, String> options) throws TestbedException {
    return this;
  }

  /**
   * What the testbed would make, as a document for people and tools (YAML, say). Makes nothing.
   *
   * @throws TestbedException where the testbed has no such document
   */
  default String dryRun(TestbedRequest request) throws TestbedException, InterruptedException {
    throw new TestbedException("testbed " + name() + " has nothing to show for --dry-run");
  }

  /**
   * What stands in the way of the request on this machine, each a line that says what is missing
   * and what to do; empty when it can start. Changes nothing, takes less than a second.
   */
  List<String> missing(TestbedRequest request);

  /** What is allowed and yet hardly sensible, a line each; said before anything starts. */
  default List<String> warnings(TestbedRequest request) {
    return List.of();
  }

  /**
   * Sets the testbed up. What it made is removed again when this fails.
   *
   * @throws TestbedException saying which part failed
   */
  Testbed open(TestbedRequest request) throws TestbedException, InterruptedException;

  /**
   * Removes what runs that are no more have left behind (after {@code kill -9}, say).
   *
   * @return a line for each thing removed
   */
  List<String> clean();
}
