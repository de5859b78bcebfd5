package dev.shortpath.harness.testbed;

import java.util.List;

/**
 * Counters that prove which path the packets of a trial took.
 *
 * @param attested whether every leg did what the treatment asks
 * @param reason one sentence: why, or why not
 * @param hops the legs in order from client to server
 * @param path the path that the counters prove, in words: treatments of equal paths differ in
 *     nothing that could be counted; null where the testbed does not say
 */
public record Attestation(boolean attested, String reason, List<Hop> hops, String path) {
  public Attestation {
    hops = List.copyOf(hops);
  }

  /** Of a testbed that does not put the path into words. */
  public Attestation(boolean attested, String reason, List<Hop> hops) {
    this(attested, reason, hops, null);
  }
}
