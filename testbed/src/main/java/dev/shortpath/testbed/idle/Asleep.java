package dev.shortpath.testbed.idle;

import dev.shortpath.harness.testbed.Attestation;
import java.util.Map;

/** This machine's processors, left to its settings; those must not be that none sleeps. */
final class Asleep implements Idling {
  private final Processors processors;

  Asleep(Processors processors) {
    this.processors = processors;
  }

  @Override
  public Map<String, Long> counters() {
    return IdleCounters.read(processors);
  }

  @Override
  public Attestation attest(Attestation path, Map<String, Long> before, Map<String, Long> after) {
    boolean kept =
        IdleCounters.limit(before).orElse(1) == 0 || IdleCounters.limit(after).orElse(1) == 0;
    if (!path.attested() || !kept) {
      return path;
    }
    String why = "another program kept the processors awake (" + processors.limit() + " at 0)";
    return new Attestation(false, why, path.hops(), path.path());
  }

  @Override
  public void close() {}
}
