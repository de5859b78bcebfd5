package dev.shortpath.testbed.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.testbed.Attestation;
import dev.shortpath.harness.testbed.Traffic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PathRulesTest {
  private static final Traffic TRAFFIC =
      new Traffic(2, 1000, 1000, 24_000, 24_000, Duration.ofSeconds(1));
  private static final Flow FLOW = Flow.of("proxy.m.client.outbound");

  /** A proxy on the client's node, then the way to another node. */
  private static final Route ROUTE =
      new Route(
          List.of(
              new Leg("client → proxy", 15001, "n1", "n1", List.of("net.c.lo"), FLOW),
              new Leg("proxy → server", 17000, "n1", "n2", List.of("net.c.eth0"), null)),
          List.of("nft.c.outbound"));

  private static Map<String, Long> stack() {
    Map<String, Long> counters = new TreeMap<>();
    counters.put("net.c.lo.packets", 2020L);
    counters.put("net.c.lo.bytes", 2020L * 66 + 48_000);
    counters.put("net.c.eth0.packets", 2020L);
    counters.put("net.c.eth0.bytes", 2020L * 66 + 48_000);
    counters.put(FLOW.connections(), 2L);
    counters.put(FLOW.upstreams(), 2L);
    counters.put(FLOW.bytesToServer(), 24_000L);
    counters.put(FLOW.bytesToClient(), 24_000L);
    counters.put("nft.c.outbound", 2L);
    counters.put("proxy.m.other.outbound.connections", 0L);
    return counters;
  }

  private static Map<String, Long> redirected() {
    Map<String, Long> counters = stack();
    counters.put("net.c.lo.packets", 24L);
    counters.put("net.c.lo.bytes", 24L * 66 + 72);
    String hop = "agent.n1.15001.";
    counters.put(hop + "pairs", 2L);
    counters.put(hop + "to-server.redirected", 997L);
    counters.put(hop + "to-server.redirected-bytes", 23_928L);
    counters.put(hop + "to-server.stack", 3L);
    counters.put(hop + "to-server.stack-bytes", 72L);
    counters.put(hop + "to-client.redirected", 1000L);
    counters.put(hop + "to-client.redirected-bytes", 24_000L);
    counters.put(hop + "to-client.stack", 0L);
    counters.put(hop + "to-client.stack-bytes", 0L);
    return counters;
  }

  private static Attestation judge(boolean shortcut, Map<String, Long> after) {
    return PathRules.judge(ROUTE, shortcut, false, Map.of(), after, TRAFFIC);
  }

  @Test
  void attestsTheStack() {
    Attestation attestation = judge(false, stack());
    assertTrue(attestation.attested(), attestation.reason());
    assertEquals("stack", attestation.hops().get(0).mechanism());
    assertEquals(2020, attestation.hops().get(0).packets());
    assertEquals(2, attestation.hops().get(0).connections());
  }

  @Test
  void attestsTheShortcutWithinANodeAndTheStackBetweenNodes() {
    Attestation attestation = judge(true, redirected());
    assertTrue(attestation.attested(), attestation.reason());
    assertTrue(attestation.reason().contains("between nodes: stack, as it must be"));
    assertTrue(attestation.path().contains(": redirect"), attestation.path());
    assertTrue(attestation.path().contains(": stack"), attestation.path());
    assertNotEquals(judge(false, stack()).path(), attestation.path());
    assertEquals("redirect", attestation.hops().get(0).mechanism());
    assertEquals(1997, attestation.hops().get(0).redirected());
    assertEquals(3, attestation.hops().get(0).stack());
    assertEquals("stack", attestation.hops().get(1).mechanism());
  }

  @Test
  void mergedMessagesStillCountAsCarried() {
    Map<String, Long> counters = stack();
    // A hundred long segments instead of two thousand short ones.
    counters.put("net.c.lo.packets", 100L);
    counters.put("net.c.lo.bytes", 100L * 66 + 48_000);
    assertTrue(judge(false, counters).attested());
  }

  @Test
  void countersThatStandStillAttestNothing() {
    Attestation attestation = PathRules.judge(ROUTE, false, false, stack(), stack(), TRAFFIC);
    assertFalse(attestation.attested());
  }

  static Stream<Arguments> faults() {
    String hop = "agent.n1.15001.";
    return Stream.of(
        Arguments.of(false, FLOW.connections(), 1L, "accepted 1 connections"),
        Arguments.of(false, FLOW.upstreams(), 1L, "opened 1 connections"),
        Arguments.of(false, FLOW.bytesToServer(), 23_999L, "passed on 23999 of 24000"),
        Arguments.of(false, FLOW.bytesToClient(), 0L, "passed on 0 of 24000"),
        Arguments.of(false, "nft.c.outbound", 1L, "matched 1 of 2"),
        Arguments.of(false, "proxy.m.other.outbound.connections", 1L, "not on the path"),
        Arguments.of(false, "net.c.eth0.bytes", 2020L * 66 + 24_000, "carried 24000 of 48000"),
        Arguments.of(false, "net.c.lo.packets", null, "could not be read"),
        Arguments.of(true, hop + "pairs", 1L, "paired 1 of 2"),
        Arguments.of(true, hop + "to-server.stack", 17L, "17 messages to server went"),
        Arguments.of(true, hop + "to-client.redirected", 0L, "nothing was redirected to client"),
        Arguments.of(true, hop + "to-client.redirected-bytes", 100L, "saw 100 of 24000"),
        Arguments.of(true, "net.c.lo.packets", 2000L, "counted 2000 packets"),
        Arguments.of(true, "agent.n2.17000.to-server.redirected", 5L, "must take the stack"),
        Arguments.of(true, "net.c.eth0.bytes", 0L, "carried 0 of 48000"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void tellsEachFault(boolean shortcut, String counter, Long value, String reason) {
    Map<String, Long> counters = shortcut ? redirected() : stack();
    if (value == null) {
      counters.remove(counter);
    } else {
      counters.put(counter, value);
    }
    Attestation attestation = judge(shortcut, counters);
    assertFalse(attestation.attested());
    assertTrue(attestation.reason().contains(reason), attestation.reason());
  }

  /**
   * One connection, a busy direction and a quiet one: the quiet one is not forgotten, and too few
   * messages prove nothing.
   *
   * @param reason empty where it is to be attested
   */
  @ParameterizedTest
  @CsvSource({
    "8, 100, 0, 8, 92, 8, nothing was redirected to server",
    "100, 8, 92, 8, 0, 8, nothing was redirected to client",
    "100, 8, 92, 8, 1, 7, ''",
    "100, 0, 91, 9, 0, 0, 9 messages to server went through the stack",
    "100, 0, 100, 0, 0, 0, ''",
    "100, 0, 92, 8, 0, 3, ''",
    "34, 33, 26, 8, 25, 8, ''",
    "33, 33, 33, 0, 33, 0, 66 messages are too few to tell redirection by packets; send 67",
    "8, 8, 8, 0, 8, 0, too few",
    "1, 1, 1, 0, 1, 0, too few"
  })
  void eachDirectionAndEnoughOfThem(
      int toServer,
      int toClient,
      int redirectedToServer,
      int stackToServer,
      int redirectedToClient,
      int stackToClient,
      String reason) {
    Leg leg = new Leg("client → server", 17000, "n1", "n1", List.of("net.c.lo"), null);
    Map<String, Long> counters = new TreeMap<>();
    // What 15 messages cost on the stack passes as begin and end of a connection.
    counters.put("net.c.lo.packets", 30L);
    counters.put("net.c.lo.bytes", 30L * 66);
    String hop = "agent.n1.17000.";
    counters.put(hop + "pairs", 1L);
    counters.put(hop + "to-server.redirected", (long) redirectedToServer);
    counters.put(hop + "to-server.redirected-bytes", 24L * redirectedToServer);
    counters.put(hop + "to-server.stack", (long) stackToServer);
    counters.put(hop + "to-server.stack-bytes", 24L * stackToServer);
    counters.put(hop + "to-client.redirected", (long) redirectedToClient);
    counters.put(hop + "to-client.redirected-bytes", 24L * redirectedToClient);
    counters.put(hop + "to-client.stack", (long) stackToClient);
    counters.put(hop + "to-client.stack-bytes", 24L * stackToClient);
    Traffic few =
        new Traffic(1, toServer, toClient, 24L * toServer, 24L * toClient, Duration.ofMillis(8));
    Route route = new Route(List.of(leg), List.of());
    Attestation attestation = PathRules.judge(route, true, false, Map.of(), counters, few);
    assertEquals(reason.isEmpty(), attestation.attested(), attestation.reason());
    assertTrue(attestation.reason().contains(reason), attestation.reason());
  }

  @Test
  void aWorkloadThatSentNothingIsNotAttested() {
    Traffic nothing = new Traffic(0, 0, 0, 0, 0, Duration.ZERO);
    assertFalse(PathRules.judge(ROUTE, false, false, stack(), stack(), nothing).attested());
  }
}
