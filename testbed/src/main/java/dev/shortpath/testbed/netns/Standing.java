package dev.shortpath.testbed.netns;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.place.Site;
import java.util.Map;

/** What stands of a topology: its namespaces and the processes in them. */
interface Standing {
  /** Parts and versions, for the report. */
  Map<String, String> describe();

  /**
   * Puts a treatment in force.
   *
   * @throws TestbedException when it did not take or a part has died
   */
  Scene prepare(Treatment treatment) throws TestbedException, InterruptedException;

  /** Sets a topology up. */
  @FunctionalInterface
  interface Maker {
    /**
     * Makes everything. What it made when it fails is found by the run's id and removed by others.
     *
     * @throws TestbedException saying which part failed
     */
    Standing make(Site site) throws TestbedException, InterruptedException;
  }
}
