package dev.shortpath.testbed.shortcut;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AgentStatusTest {
  @Test
  void readsEveryNumber() throws IOException {
    String json =
        """
        {"schema":1,"event":"status","name":"x","pid":7,"attached_at":1790000000123,
         "cgroups":["/a"],"limits":{"ports":""},
         "connections":{"paired":2,"open_pairs":0},
         "messages":{"redirected":9,"stack":1,"stack_by_reason":{"no_partner":1}},
         "hops":[{"port":15001,"pairs":2,
          "to_server":{"redirected":5,"stack":1,"redirected_bytes":120,"stack_bytes":24},
          "to_client":{"redirected":4,"stack":0,"redirected_bytes":96,"stack_bytes":0}}]}
        """;
    Map<String, Long> counters = AgentStatus.parse("agent.n1", json);
    assertEquals(2L, counters.get("agent.n1.connections.paired"));
    assertEquals(1L, counters.get("agent.n1.messages.stack-by-reason.no-partner"));
    assertEquals(2L, counters.get("agent.n1.15001.pairs"));
    assertEquals(120L, counters.get("agent.n1.15001.to-server.redirected-bytes"));
    assertEquals(0L, counters.get("agent.n1.15001.to-client.stack"));
    assertEquals(14, counters.size());
    assertEquals(1_790_000_000_123L, AgentStatus.attachedAt(json));
  }

  @Test
  void refusesAnythingElse() {
    assertThrows(IOException.class, () -> AgentStatus.parse("agent.n1", ""));
    assertThrows(IOException.class, () -> AgentStatus.parse("agent.n1", "{\"hops\":1}"));
    assertThrows(IOException.class, () -> AgentStatus.parse("agent.n1", "not running"));
    assertThrows(IOException.class, () -> AgentStatus.attachedAt("{\"hops\":[]}"));
  }
}
