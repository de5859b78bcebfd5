package dev.shortpath.harness.testbed;

import java.util.List;

/**
 * Counters that prove which path the packets of a trial took.
 *
 * @param attested whether every leg did what the treatment asks
 * @param reason one sentence: why, or why not
 * @param hops the legs in order from client to server
 */
public record Attestation(boolean attested, String reason, List<Hop> hops) {
  public Attestation {
    hops = List.copyOf(hops);
  }
}
