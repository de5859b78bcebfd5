package dev.shortpath.testbed.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProxyStatsTest {
  // As HAProxy 2.6 answers, columns that are not read left out; names and order are its own.
  private static final String HAPROXY =
      """
      # pxname,svname,scur,stot,bin,bout,connect,-,ssl_sess,
      client.outbound,FRONTEND,1,7,2400,2401,,-,7,
      client.outbound,tunnel4,1,7,2400,2401,6,-,0,
      client.outbound,tunnel6,0,0,0,0,1,-,0,
      client.outbound,BACKEND,1,7,2400,2401,7,-,0,

      """;

  @Test
  void readsHaproxy() throws IOException {
    assertEquals(
        Map.of(
            "p.client.outbound.connections", 7L,
            "p.client.outbound.active", 1L,
            "p.client.outbound.upstreams", 7L,
            "p.client.outbound.bytes-to-server", 2400L,
            "p.client.outbound.bytes-to-client", 2401L),
        HaproxyStats.parse("p", HAPROXY));
  }

  @Test
  void refusesWhatHaproxyDoesNotSay() {
    assertThrows(IOException.class, () -> HaproxyStats.parse("p", ""));
    assertThrows(IOException.class, () -> HaproxyStats.parse("p", "Unknown command\n"));
    assertThrows(IOException.class, () -> HaproxyStats.parse("p", "# pxname,svname\na,FRONTEND\n"));
  }

  @Test
  void readsEnvoy() throws IOException {
    Map<String, Long> counters =
        EnvoyStats.parse(
            "p",
            """
            {"stats":[
             {"name":"tcp.outbound.downstream_cx_total","value":3},
             {"name":"tcp.outbound.downstream_cx_active","value":1},
             {"name":"tcp.outbound.downstream_cx_rx_bytes_total","value":72},
             {"name":"cluster.outbound|17000||v4.upstream_cx_total","value":2},
             {"name":"cluster.outbound|17000||v6.upstream_cx_total","value":1},
             {"name":"cluster.InboundPassthroughCluster.upstream_cx_total","value":4},
             {"name":"text","value":"x"},
             {"histograms":{"supported_quantiles":[0]}}]}
            """);
    assertEquals(3L, counters.get("p.outbound.connections"));
    assertEquals(1L, counters.get("p.outbound.active"));
    assertEquals(72L, counters.get("p.outbound.bytes-to-server"));
    assertEquals(0L, counters.get("p.outbound.bytes-to-client"));
    assertEquals(3L, counters.get("p.outbound.upstreams"));
    assertEquals(4L, counters.get("p.plain.upstreams"));
    assertEquals(0L, counters.get("p.inbound.connections"));
    assertEquals(20, counters.size());
  }

  @Test
  void refusesWhatEnvoyDoesNotSay() {
    assertThrows(IOException.class, () -> EnvoyStats.parse("p", "{}"));
    assertThrows(IOException.class, () -> EnvoyStats.parse("p", "OK"));
  }

  @Test
  void putsChunksTogether() throws IOException {
    String answer =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab\r\nc\r\na\r\n0123456789\r\n0\r\n\r\n";
    assertEquals("ab\r\nc0123456789", UnixSocket.body(answer));
    assertEquals("x", UnixSocket.body("HTTP/1.1 200 OK\r\n\r\nx"));
    assertThrows(IOException.class, () -> UnixSocket.body(answer.substring(0, 60)));
    assertThrows(IOException.class, () -> UnixSocket.body("HTTP/1.1 404 Not Found\r\n\r\n"));
    assertThrows(IOException.class, () -> UnixSocket.body(""));
  }
}
