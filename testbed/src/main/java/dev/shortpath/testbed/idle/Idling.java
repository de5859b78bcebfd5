package dev.shortpath.testbed.idle;

import dev.shortpath.harness.testbed.Attestation;
import java.util.Map;

/** A level of {@link Idle} in force. Closing it leaves the processors to the machine's settings. */
public interface Idling extends AutoCloseable {
  /** Of machines of which nothing is known here and nothing can be asked. */
  static Idling elsewhere() {
    return new Elsewhere();
  }

  /**
   * How often processors left each idle state and how long they were in it, over all of them, and
   * the limit in force; names start with {@code idle.}.
   */
  Map<String, Long> counters();

  /** A path's attestation, if the processors did as they were to; else one that says why not. */
  Attestation attest(Attestation path, Map<String, Long> before, Map<String, Long> after);

  @Override
  void close();
}
