package dev.shortpath.testbed.idle;

import dev.shortpath.harness.testbed.Attestation;
import java.util.Map;

/** Other machines' processors. */
final class Elsewhere implements Idling {
  @Override
  public Map<String, Long> counters() {
    return Map.of();
  }

  @Override
  public Attestation attest(Attestation path, Map<String, Long> before, Map<String, Long> after) {
    return path;
  }

  @Override
  public void close() {}
}
