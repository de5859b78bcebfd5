package dev.shortpath.testbed.servicepath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.testbed.Attestation;
import dev.shortpath.harness.testbed.Traffic;
import dev.shortpath.testbed.dataplane.Protocol;
import dev.shortpath.testbed.idle.Idle;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServiceRulesTest {
  private static final String PLANE = "iptables-nft";
  private static final Map<String, Long> BEFORE = counters(0, 0, 0, 0);

  private static ServicePathTreatment treatment(
      String plane, Protocol protocol, boolean ipv6, boolean nodePort) {
    return new ServicePathTreatment(
        plane, 3, protocol, ipv6, true, nodePort, Position.FIRST, Idle.SLEEP);
  }

  private static Traffic traffic(long connections, long messages, long bytes) {
    return new Traffic(connections, messages, messages, bytes, bytes, Duration.ofSeconds(1));
  }

  /** Everything on every interface alike. */
  private static Map<String, Long> counters(long packets, long bytes, long v4, long v6) {
    Map<String, Long> counters = new HashMap<>();
    for (String nic :
        new String[] {
          "client.eth0", "router.inside", "worker.uplink", "pod-client.eth0", "pod-a.eth0"
        }) {
      counters.put("net." + nic + ".packets", 100 + packets);
      counters.put("net." + nic + ".bytes", 10_000 + bytes);
    }
    counters.put("net.pod-b.eth0.packets", 9L);
    counters.put("net.pod-b.eth0.bytes", 900L);
    counters.put("dp.translated.ipv4", 7 + v4);
    counters.put("dp.translated.ipv6", 7 + v6);
    counters.put("services.asked", 3L);
    counters.put("services.counted", 3L);
    counters.put("conntrack.entries", v4 + v6);
    return counters;
  }

  private static Map<String, Long> with(Map<String, Long> counters, String name, Long value) {
    Map<String, Long> changed = new HashMap<>(counters);
    changed.put(name, value);
    if (value == null) {
      changed.remove(name);
    }
    return changed;
  }

  private static void attested(
      ServicePathTreatment treatment, Map<String, Long> after, Traffic traffic) {
    Attestation attestation = ServiceRules.judge(treatment, true, BEFORE, after, traffic);
    assertTrue(attestation.attested(), attestation.reason());
    assertTrue(attestation.hops().stream().allMatch(hop -> hop.ok()), attestation.toString());
  }

  private static void refused(
      String reason, ServicePathTreatment treatment, Map<String, Long> after, Traffic traffic) {
    Attestation attestation = ServiceRules.judge(treatment, true, BEFORE, after, traffic);
    assertFalse(attestation.attested(), attestation.toString());
    assertTrue(attestation.reason().contains(reason), attestation.reason());
  }

  @Test
  void everythingAsAsked() {
    Map<String, Long> after = counters(450, 450 * 66 + 9600, 1, 0);
    attested(treatment(PLANE, Protocol.TCP, false, true), after, traffic(1, 200, 4800));
    attested(treatment(PLANE, Protocol.TCP, false, false), after, traffic(1, 200, 4800));
    Map<String, Long> six = counters(450, 450 * 86 + 9600, 0, 1);
    attested(treatment(PLANE, Protocol.TCP, true, true), six, traffic(1, 200, 4800));
  }

  @Test
  void anotherFamilyWasTranslated() {
    Map<String, Long> after = counters(450, 450 * 86 + 9600, 1, 0);
    refused(
        PLANE + " gave an endpoint to 0 of 1 ipv6 flows",
        treatment(PLANE, Protocol.TCP, true, true),
        after,
        traffic(1, 200, 4800));
  }

  @Test
  void nothingWasTranslated() {
    ServicePathTreatment treatment = treatment(PLANE, Protocol.TCP, false, true);
    Map<String, Long> after = counters(450, 450 * 66 + 9600, 0, 0);
    refused("0 of 1 ipv4 flows", treatment, after, traffic(1, 200, 4800));
    refused(
        "does not tell", treatment, with(after, "dp.translated.ipv4", null), traffic(1, 200, 4800));
  }

  @Test
  void rulesDidNotTake() {
    ServicePathTreatment treatment = treatment(PLANE, Protocol.TCP, false, true);
    Map<String, Long> after = counters(450, 450 * 66 + 9600, 1, 0);
    refused(
        "held 2 of 3 Services",
        treatment,
        with(after, "services.counted", 2L),
        traffic(1, 200, 4800));
    refused(
        "could not be counted",
        treatment,
        with(after, "services.counted", null),
        traffic(1, 200, 4800));
    refused("held 0 of 3", treatment, with(after, "services.counted", 0L), traffic(0, 0, 0));
    attested(treatment, after, traffic(0, 0, 0));
  }

  @Test
  void pastTheRouter() {
    Map<String, Long> after = counters(450, 450 * 66 + 9600, 1, 0);
    after.put("net.router.inside.packets", 100L);
    after.put("net.router.inside.bytes", 10_000L);
    refused(
        "router: carried 0",
        treatment(PLANE, Protocol.TCP, false, true),
        after,
        traffic(1, 200, 4800));
    attested(treatment(PLANE, Protocol.TCP, false, false), after, traffic(1, 200, 4800));
  }

  @Test
  void podGotNothing() {
    Map<String, Long> after = counters(450, 450 * 66 + 9600, 1, 0);
    after.put("net.pod-a.eth0.packets", 100L);
    after.put("net.pod-a.eth0.bytes", 10_000L);
    ServicePathTreatment treatment = treatment(PLANE, Protocol.TCP, false, true);
    refused("worker → pod: carried 0", treatment, after, traffic(1, 200, 4800));
    after.put("net.pod-b.eth0.packets", 459L);
    after.put("net.pod-b.eth0.bytes", 900L + 450 * 66 + 9600);
    attested(treatment, after, traffic(1, 200, 4800));
  }

  @Test
  void segmentsNotYetCutAreStillAllOfTheBytes() {
    long bytes = 100_000_000;
    Map<String, Long> after = counters(2_000, bytes + 2_000 * 66, 1, 0);
    attested(
        treatment(PLANE, Protocol.TCP, false, true),
        after,
        new Traffic(1, 70_000, 0, bytes, 0, Duration.ofSeconds(1)));
  }

  @Test
  void connectionsThatCarryNothingNeedPackets() {
    ServicePathTreatment treatment = treatment(PLANE, Protocol.TCP, false, true);
    // SYN and SYN/ACK of 74 bytes, ACK of 66, a reset without time stamps of 54.
    attested(treatment, counters(4_000, 268_000, 1_000, 0), traffic(1_000, 0, 0));
    refused("too few", treatment, counters(10, 740, 1_000, 0), traffic(1_000, 0, 0));
    refused("999 of 1000", treatment, counters(4_000, 268_000, 999, 0), traffic(1_000, 0, 0));
  }

  @Test
  void datagramsMayBeLost() {
    ServicePathTreatment treatment = treatment(PLANE, Protocol.UDP, false, true);
    Traffic lossy = new Traffic(1, 100_000, 0, 5_000_000, 0, Duration.ofSeconds(1));
    attested(treatment, counters(60_000, 60_000 * 92, 1, 0), lossy);
    refused("carried 900 packets", treatment, counters(900, 900 * 92, 1, 0), lossy);
    refused("0 of 1 ipv4", treatment, counters(60_000, 60_000 * 92, 0, 0), lossy);
    // Source ports come round again: the later flows are none to the kernel.
    Traffic flows = new Traffic(50_000, 100_000, 100_000, 1, 1, Duration.ofSeconds(1));
    attested(treatment, counters(200_000, 1, 28_000, 0), flows);
    refused("8000 of 50000", treatment, counters(200_000, 1, 8_000, 0), flows);
  }

  @Test
  void withoutDataPlaneNothingIsTracked() {
    ServicePathTreatment treatment = treatment("none", Protocol.TCP, false, true);
    Map<String, Long> after = counters(450, 450 * 66 + 9600, 0, 0);
    attested(treatment, after, traffic(1, 200, 4800));
    refused(
        "tracked 2 flows", treatment, with(after, "conntrack.entries", 2L), traffic(1, 200, 4800));
    refused(
        "gave an endpoint to 1 flows",
        treatment,
        with(after, "dp.translated.ipv4", 8L),
        traffic(1, 200, 4800));
    Map<String, Long> untold = with(after, "conntrack.entries", null);
    attested(treatment, untold, traffic(1, 200, 4800));
    refused(
        "does not tell",
        treatment,
        with(untold, "dp.translated.ipv4", null),
        traffic(1, 200, 4800));
    refused("sent nothing", treatment, after, traffic(0, 0, 0));
  }

  @Test
  void trackedFlowsAreReadFromTheKernel() {
    String text =
        """
entries  clashres found new invalid ignore delete chainlength insert insert_failed drop
0000001a  00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000002 00000001
0000001a  00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000003 00000000
""";
    assertEquals(
        Map.of("c.entries", 26L, "c.insert_failed", 5L, "c.drop", 1L), Conntrack.parse("c", text));
  }
}
