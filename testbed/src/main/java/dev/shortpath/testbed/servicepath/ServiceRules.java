package dev.shortpath.testbed.servicepath;

import dev.shortpath.harness.testbed.Attestation;
import dev.shortpath.harness.testbed.Hop;
import dev.shortpath.harness.testbed.Traffic;
import dev.shortpath.testbed.dataplane.Protocol;
import dev.shortpath.testbed.path.PathRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Decides from counters which way a trial's traffic took through topology {@code service-path}.
 *
 * <ul>
 *   <li>The kernel must hold as many Services as the data plane was given, before and after; on a
 *       cluster the API server as many EndpointSlices as were written.
 *   <li>A data plane must have given an endpoint to at least as many flows of the treatment's
 *       family as the client opened. UDP flows have no end: one whose source port was used before
 *       is the same flow to the kernel, so that half of them, and of {@value #UDP_FLOWS}, is
 *       enough.
 *   <li>Without a data plane, the worker's kernel must not have tracked any flow: what rewrites
 *       addresses tracks them. Where the worker tracks flows of its own (a Kubernetes node does),
 *       that is not counted, but no flow must have been given an endpoint.
 *   <li>TCP: the interfaces of every leg must have carried at least the application's bytes as
 *       payload, both directions together. Packets are not held against messages, because
 *       interfaces count segments that were not yet cut (offload) and several messages share one.
 *   <li>UDP, which may lose packets on the way: the interfaces of every leg must have carried a
 *       packet for each flow, and one for every {@value #LOST} messages.
 * </ul>
 *
 * <p>Where the workload sent nothing (it only changed Services), the number of Services alone
 * decides.
 */
public final class ServiceRules {
  /** Counter: Services that the data plane was given. */
  static final String ASKED = "services.asked";

  /** Counter: Services that the kernel holds. */
  static final String COUNTED = "services.counted";

  /** Counter, on a cluster: EndpointSlices that were written. */
  public static final String SLICES_ASKED = "api.endpoint-slices-asked";

  /** Counter, on a cluster: EndpointSlices that the API server has. */
  public static final String SLICES = "api.endpoint-slices";

  /** Counter, on a cluster: others' Services when the testbed was set up. */
  public static final String OTHERS_FIRST = "api.others-services-first";

  /** Counter, on a cluster: others' Services, which are in the same chains. */
  public static final String OTHERS = "api.others-services";

  /** In counters' names: the router's interface towards the worker. */
  public static final String INSIDE = "inside";

  /** In counters' names: the worker's interface towards the router. */
  public static final String UPLINK = "uplink";

  /** Of more UDP flows than so many, some have the source port of an earlier one. */
  static final int UDP_FLOWS = 16_384;

  /** Most UDP packets sent for one that arrives. */
  static final int LOST = 100;

  /** A reset without time stamps is so much shorter than the header that is taken off. */
  private static final int SHORT_PACKET = 12;

  private static final int SHORT_PACKETS_PER_CONNECTION = 2;
  private static final int PACKETS_PER_CONNECTION = 2;

  private static final int ARP_BYTES = 42;

  private final ServicePathTreatment treatment;
  private final boolean routed;
  private final Map<String, Long> before;
  private final Map<String, Long> after;
  private final Traffic traffic;
  private final List<String> faults = new ArrayList<>();

  private ServiceRules(
      ServicePathTreatment treatment,
      boolean routed,
      Map<String, Long> before,
      Map<String, Long> after,
      Traffic traffic) {
    this.treatment = treatment;
    this.routed = routed;
    this.before = before;
    this.after = after;
    this.traffic = traffic;
  }

  /**
   * Judges one trial.
   *
   * @param routed whether there is a router between client and worker
   */
  static Attestation judge(
      ServicePathTreatment treatment,
      boolean routed,
      Map<String, Long> before,
      Map<String, Long> after,
      Traffic traffic) {
    return new ServiceRules(treatment, routed, before, after, traffic).judge();
  }

  private Attestation judge() {
    List<Hop> hops = new ArrayList<>();
    boolean silent =
        traffic.connections() + traffic.messagesToServer() + traffic.messagesToClient() == 0;
    long given = treatment.serviced() ? services(silent) : untracked();
    boolean ok = faults.isEmpty();
    if (silent && !treatment.serviced()) {
      faults.add("the workload sent nothing");
    }
    if (!silent) {
      if (treatment.nodePort()) {
        // Both ends: an uplink may carry what is no part of the trial, a Kubernetes node's does.
        hops.add(leg(routed ? "client → router" : "client", "stack", -1, true, "net.client.eth0"));
        if (routed) {
          hops.add(leg("router", "stack", -1, true, "net.router." + INSIDE));
        }
        hops.add(
            leg(
                routed ? "router → worker" : "client → worker",
                "stack",
                -1,
                true,
                "net.worker." + UPLINK));
      } else {
        hops.add(leg("client → worker", "stack", -1, true, "net.pod-client.eth0"));
      }
    }
    String[] pods = {"net.pod-a.eth0", "net.pod-b.eth0"};
    hops.add(
        silent
            ? new Hop("worker", treatment.plane(), -1, -1, -1, given, ok)
            : leg("worker → pod", mechanism(), given, ok, pods));
    boolean attested = faults.isEmpty();
    return new Attestation(attested, attested ? praise(silent) : faults.get(0), hops);
  }

  private String mechanism() {
    return treatment.serviced() ? treatment.plane() : "stack";
  }

  /** The data plane's part: how many flows it gave an endpoint. */
  private long services(boolean silent) {
    held("before", before);
    held("after", after);
    if (silent) {
      return -1;
    }
    String family = treatment.ipv6() ? "ipv6" : "ipv4";
    String counter = "dp.translated." + family;
    if (!after.containsKey(counter) || !before.containsKey(counter)) {
      faults.add(treatment.plane() + " does not tell how many " + family + " flows it translated");
      return -1;
    }
    long translated = delta(counter);
    long opened = traffic.connections();
    long enough =
        treatment.protocol() == Protocol.TCP ? opened : (Math.min(opened, UDP_FLOWS) + 1) / 2;
    if (translated < enough) {
      faults.add(
          treatment.plane()
              + " gave an endpoint to "
              + translated
              + " of "
              + opened
              + " "
              + family
              + " flows");
    }
    return translated;
  }

  private void held(String when, Map<String, Long> counters) {
    Long asked = counters.get(ASKED);
    Long counted = counters.get(COUNTED);
    if (asked == null || counted == null) {
      faults.add("the Services " + when + " the traffic could not be counted");
    } else if (!asked.equals(counted)) {
      faults.add(
          "the kernel held "
              + counted
              + " of "
              + asked
              + " Services of "
              + treatment.plane()
              + " "
              + when
              + " the traffic");
    }
    if (!Objects.equals(counters.get(SLICES_ASKED), counters.get(SLICES))) {
      faults.add(
          "the API server had %d of %d EndpointSlices %s the traffic"
              .formatted(counters.get(SLICES), counters.get(SLICES_ASKED), when));
    }
    if (!Objects.equals(counters.get(OTHERS_FIRST), counters.get(OTHERS))) {
      faults.add(
          "others had %d Services in the cluster %s the traffic, %d when the testbed was set up"
              .formatted(counters.get(OTHERS), when, counters.get(OTHERS_FIRST)));
    }
  }

  private long untracked() {
    Long tracked = after.get("conntrack.entries");
    if (tracked == null && !after.containsKey("dp.translated.ipv4")) {
      faults.add("the worker does not tell whether it tracked flows or gave any an endpoint");
    } else if (tracked != null && tracked > 0) {
      faults.add(
          "the worker tracked " + tracked + " flows, though nothing must rewrite their addresses");
    }
    long translated = delta("dp.translated.ipv4") + delta("dp.translated.ipv6");
    if (translated > 0) {
      faults.add("the worker gave an endpoint to " + translated + " flows, though none asked");
    }
    return -1;
  }

  private Hop leg(String name, String mechanism, long connections, boolean ok, String... nics) {
    int known = faults.size();
    long packets = 0;
    long bytes = 0;
    for (String nic : nics) {
      packets += delta(nic + ".packets");
      bytes += delta(nic + ".bytes");
    }
    if (treatment.protocol() == Protocol.TCP) {
      stream(name, packets, bytes);
    } else {
      datagrams(name, packets);
    }
    return new Hop(name, mechanism, -1, -1, packets, connections, ok && faults.size() == known);
  }

  private void stream(String leg, long packets, long bytes) {
    long sent = traffic.bytesToServer() + traffic.bytesToClient();
    long payload = bytes - PathRules.header(treatment.ipv6()) * packets;
    long resets = SHORT_PACKET * SHORT_PACKETS_PER_CONNECTION * traffic.connections();
    long strays = (long) PathRules.STRAY_PACKETS * (PathRules.header(treatment.ipv6()) - ARP_BYTES);
    if (payload + resets + strays < sent) {
      faults.add(leg + ": carried " + Math.max(0, payload) + " of " + sent + " bytes");
    } else if (packets < PACKETS_PER_CONNECTION * traffic.connections()) {
      faults.add(
          leg
              + ": "
              + packets
              + " packets are too few for "
              + traffic.connections()
              + " connections");
    }
  }

  private void datagrams(String leg, long packets) {
    long messages = traffic.messagesToServer() + traffic.messagesToClient();
    long enough = Math.max(Math.max(1, traffic.connections()), messages / LOST);
    if (packets < enough) {
      faults.add(leg + ": carried " + packets + " packets for " + messages + " messages");
    }
  }

  private long delta(String counter) {
    return after.getOrDefault(counter, 0L) - before.getOrDefault(counter, 0L);
  }

  private String praise(boolean silent) {
    if (silent) {
      return "the kernel holds all Services; no traffic was to be judged";
    }
    return treatment.serviced()
        ? "the kernel holds all Services, the data plane gave every flow its endpoint, and the"
            + " interfaces carried the traffic"
        : "the interfaces carried the traffic, and the worker rewrote nothing";
  }
}
