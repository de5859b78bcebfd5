package dev.shortpath.testbed.netns;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.path.InterfaceCounters;
import dev.shortpath.testbed.run.RunId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "abc", "abcdefg", "ABCDEF", "abc/..", "abc de", "abc-de", "../abc"})
  void runIdsAreChecked(String id) {
    assertThrows(TestbedException.class, () -> RunId.check(id));
  }

  @Test
  void namespacesTellTheirRun() {
    assertDoesNotThrow(() -> RunId.check("a1b2c3"));
    assertEquals(Optional.of("a1b2c3"), RunNames.runOf(RunNames.netns("a1b2c3", "client-none-1")));
    assertEquals(Optional.empty(), RunNames.runOf("sp-a1b2c3"));
    assertEquals(Optional.empty(), RunNames.runOf("sp-a1b2c3-"));
    assertEquals(Optional.empty(), RunNames.runOf("spa1b2c3-0"));
    assertEquals(Optional.empty(), RunNames.runOf("other"));
  }

  @Test
  void treatmentsAreChecked() throws TestbedException {
    PodsTreatment plain = PodsTreatment.of(new Treatment(Map.of("workload", "any")));
    assertEquals("none-1", plain.pair());
    assertTrue(!plain.ipv6() && plain.oneNode() && !plain.shortcut().redirects());
    for (Map<String, String> bad :
        List.of(Map.of("mesh", "linkerd"), Map.of("services", "1"), Map.of("placement", ""))) {
      assertThrows(TestbedException.class, () -> PodsTreatment.of(new Treatment(bad)));
    }
  }

  @Test
  void interfacesCountBothWaysAndLoopbackOnce() {
    String text =
        """
        Inter-|   Receive                                                |  Transmit
         face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs
            lo:     520      10    0    0    0     0          0         0      520      10    0
          eth0:     100       1    0    0    0     0          0         0      230       2    0
        """;
    assertEquals(
        Map.of(
            "net.c.lo.packets", 10L,
            "net.c.lo.bytes", 660L,
            "net.c.eth0.packets", 3L,
            "net.c.eth0.bytes", 330L),
        InterfaceCounters.parse("net.c", text));
  }
}
