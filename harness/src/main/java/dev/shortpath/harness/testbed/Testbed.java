package dev.shortpath.harness.testbed;

import dev.shortpath.harness.experiment.Treatment;
import java.util.Map;

/** A testbed that stands. One trial at a time. Closing it removes everything that it made. */
public interface Testbed extends AutoCloseable {
  /** Parts and versions, stand-ins named as such: for the report. */
  Map<String, String> parts();

  /**
   * Puts a treatment in force, with fresh connection pools and counters.
   *
   * @throws TestbedException when it did not take
   */
  Scene prepare(Treatment treatment) throws TestbedException, InterruptedException;

  @Override
  void close();
}
