package dev.shortpath.testbed;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Scene;
import java.util.List;

/**
 * Something that makes the traffic take another path than the one asked for.
 *
 * @param name of the case
 * @param treatment asked for
 * @param deed done before the traffic
 * @param clientOptions more options of the client
 * @param reason part of what must be said: the attestation's reason, or, where no message came
 *     through, what the workload and the testbed say of it
 */
public record Sabotage(
    String name, Treatment treatment, Deed deed, List<String> clientOptions, String reason) {
  /** What is done. Its result is closed after the traffic. */
  @FunctionalInterface
  public interface Deed {
    AutoCloseable doTo(Scene scene, String runId) throws Exception;
  }
}
