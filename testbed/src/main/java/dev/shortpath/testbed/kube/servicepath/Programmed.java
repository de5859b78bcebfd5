package dev.shortpath.testbed.kube.servicepath;

import java.util.HashMap;
import java.util.Map;

/**
 * Whether a kube-proxy has written all that it has heard of, told by reading after reading. That it
 * has written something since it last had something to do is not enough: what it heard of while it
 * wrote comes with the next time. So the writing must have begun after, or nothing must have been
 * written for longer than kube-proxy ever waits.
 */
final class Programmed {
  /** Between two syncs kube-proxy waits a second. */
  private static final double AT_REST_SECONDS = 3;

  /** And one that goes on may be so much slower than those before. */
  private static final int SLOWER = 4;

  private final ProxyMetrics.Reading mark;
  private final long services;
  private final long slices;
  private final Map<String, Last> families = new HashMap<>();

  /** By family, when there was something to do at last that is ours; null until it is heard of. */
  private Map<String, Double> queued;

  private boolean heard;

  /**
   * The last sync of a family that was seen to end.
   *
   * @param began by the clock of the node, which need not be this machine's
   * @param seen when that was, by this machine's
   */
  private record Last(ProxyMetrics.Syncs syncs, double began, double seen) {}

  /**
   * After a change.
   *
   * @param mark read before it
   * @param services changes of Services that kube-proxy is to hear of, once for each family
   * @param slices changes of EndpointSlices likewise
   * @param now seconds of the clock
   */
  Programmed(ProxyMetrics.Reading mark, long services, long slices, double now) {
    this.mark = mark;
    this.services = services;
    this.slices = slices;
    mark.families().forEach((family, syncs) -> families.put(family, new Last(syncs, 0, now)));
  }

  /**
   * Takes a reading into account.
   *
   * @param now seconds of the clock
   * @return whether everything is written
   */
  boolean by(ProxyMetrics.Reading reading, double now) {
    boolean all = reading.heard(mark, services, slices);
    if (all && heard && queued == null) {
      // Whatever comes now is another's. Only at a second reading, because kube-proxy counts a
      // change just before it notes the time.
      queued = new HashMap<>();
      reading.families().forEach((family, syncs) -> queued.put(family, syncs.queued()));
    }
    heard = all;
    for (Map.Entry<String, ProxyMetrics.Syncs> family : reading.families().entrySet()) {
      ProxyMetrics.Syncs syncs = family.getValue();
      Last last = families.getOrDefault(family.getKey(), new Last(syncs, 0, now));
      if (syncs.count() > last.syncs().count()) {
        last = new Last(syncs, syncs.done() - (syncs.seconds() - last.syncs().seconds()), now);
      }
      families.put(family.getKey(), last);
      ProxyMetrics.Syncs before = mark.families().get(family.getKey());
      double ours =
          queued == null ? syncs.queued() : queued.getOrDefault(family.getKey(), syncs.queued());
      boolean idle = before != null && ours <= before.queued();
      double usual = syncs.seconds() / Math.max(1, syncs.count());
      boolean atRest = syncs.done() > ours && now - last.seen() > AT_REST_SECONDS + SLOWER * usual;
      all &= idle || last.began() >= ours || atRest;
    }
    return all;
  }
}
