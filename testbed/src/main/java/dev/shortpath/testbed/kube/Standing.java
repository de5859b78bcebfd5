package dev.shortpath.testbed.kube;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.TestbedException;
import java.util.Map;

/** What stands of a topology on a cluster. */
public interface Standing {
  /** Its own parts and versions, for the report. */
  Map<String, String> describe();

  /**
   * Puts a treatment in force.
   *
   * @throws TestbedException when it did not take or a part has died
   */
  Scene prepare(Treatment treatment) throws TestbedException, InterruptedException;
}
