package dev.shortpath.testbed.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.testbed.place.Node;
import dev.shortpath.testbed.place.Pair;
import dev.shortpath.testbed.place.Pod;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigTest {
  private static final Node N1 = new Node("n1", "sp-abc123-n1", Path.of("/cg/n1"));
  private static final Node N2 = new Node("n2", "sp-abc123-n2", Path.of("/cg/n2"));
  private static final Pair PAIR = new Pair(pod("client-m-2", N1, 1), pod("server-m-2", N2, 2));
  private static final Certificates CERTIFICATES = new Certificates(Path.of("/run/x"));

  private static Pod pod(String name, Node node, int n) {
    try {
      return new Pod(
          name,
          node,
          "sp-abc123-" + name,
          InetAddress.getByName("10.88.0." + n),
          InetAddress.getByName("fd88::" + n));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Test
  void haproxyListensInThePodsOfItsNode() {
    String config =
        HaproxyConfig.of(N1, List.of(PAIR), 17000, CERTIFICATES, Path.of("/run/x/n1.sock"));
    assertTrue(
        config.endsWith(
            """
            listen client-m-2.outbound
              bind 127.0.0.1:15001 namespace sp-abc123-client-m-2
              bind [::1]:15001 namespace sp-abc123-client-m-2
              tcp-request content set-var-fmt(sess.to) "%[dst_port].%[dst]"
              server tunnel4 0.0.0.0:15008 namespace sp-abc123-client-m-2 ssl crt /run/x/client-m-2.pem ca-file /run/x/ca.pem verify required sni var(sess.to)
              tcp-request content set-var(sess.to) str(17000.fd88::2) if { dst ::1 }
              use-server tunnel6 if { dst ::1 }
              server tunnel6 [fd88::2]:15008 namespace sp-abc123-client-m-2 ssl crt /run/x/client-m-2.pem ca-file /run/x/ca.pem verify required sni var(sess.to) weight 0
            listen client-m-2.inbound
              bind 10.88.0.1:15008 namespace sp-abc123-client-m-2 ssl crt /run/x/client-m-2.pem ca-file /run/x/ca.pem verify required
              bind [fd88::1]:15008 namespace sp-abc123-client-m-2 ssl crt /run/x/client-m-2.pem ca-file /run/x/ca.pem verify required
              tcp-request content set-dst ssl_fc_sni,field(2,.,0)
              tcp-request content set-dst-port ssl_fc_sni,field(1,.)
              tcp-request content reject unless { dst 10.88.0.1 fd88::1 }
              use-server app6 if { ssl_fc_sni -m sub : }
              server app4 0.0.0.0 namespace sp-abc123-client-m-2
              server app6 [::] namespace sp-abc123-client-m-2 weight 0
            listen client-m-2.plain
              bind 0.0.0.0:15006 namespace sp-abc123-client-m-2
              bind [::]:15006 v6only namespace sp-abc123-client-m-2
              use-server app6 if { src fd00::/8 }
              server app4 0.0.0.0 namespace sp-abc123-client-m-2
              server app6 [fd88::1]:17000 namespace sp-abc123-client-m-2 weight 0
            """),
        config);
    assertFalse(config.contains("sp-abc123-server"), "the server pod is on the other node");
    assertTrue(config.contains("  nbthread 1\n"));
  }

  @Test
  void envoyKnowsItsPeerAndKeepsNoPlaceholder() {
    String config =
        EnvoyConfig.of(PAIR.client(), PAIR, 17000, CERTIFICATES, Path.of("/run/x/admin.sock"));
    assertFalse(config.matches("(?s).*@[A-Z0-9]+@.*"), config);
    String server = "spiffe://cluster.local/ns/shortpath/sa/server-m-2";
    for (String part :
        List.of(
            "{socket_address: {address: 0.0.0.0, port_value: 15001}}",
            "{socket_address: {address: 0.0.0.0, port_value: 15006}}",
            "name: \"10.88.0.2_17000\"",
            "name: \"fd88::2_17000\"",
            "require_client_certificate: true",
            "{san_type: URI, matcher: {exact: \"" + server + "\"}}",
            "source_address: {address: 127.0.0.6, port_value: 0}",
            "filename: \"/run/x/client-m-2.key\"")) {
      assertTrue(config.contains(part), part);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "10.88.1.2, 10.88.1.2",
    "fd88:0:0:1:0:0:0:1d, fd88:0:0:1::1d",
    "0:0:0:0:0:0:0:1, ::1",
    "0:0:0:0:0:0:0:0, ::",
    "fd88:0:0:1:1:0:0:1, fd88::1:1:0:0:1",
    "1:0:2:3:4:5:6:7, 1:0:2:3:4:5:6:7",
    "fd88:1:1:1:1:1:0:0, fd88:1:1:1:1:1::"
  })
  void addressesAsTheKernelWritesThem(String address, String text) throws UnknownHostException {
    assertEquals(text, AddressText.of(InetAddress.getByName(address)));
  }

  @Test
  void readsRuleCounters() throws IOException {
    String json =
        """
        {"nftables": [{"metainfo": {"version": "1.0.6"}},
         {"counter": {"family": "inet", "name": "outbound", "packets": 3, "bytes": 180}},
         {"counter": {"family": "inet", "name": "inbound", "packets": 0, "bytes": 0}}]}
        """;
    assertEquals(
        Map.of("nft.client-m-2.outbound", 3L, "nft.client-m-2.inbound", 0L),
        Rules.parse(PAIR.client(), json));
  }
}
