package dev.shortpath.testbed.dataplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The texts for the Services of kube-proxy's own tests, against what those tests expect: read from
 * the Go module {@code k8s.io/kubernetes} v1.34.1 where this machine has it ({@code go mod download
 * k8s.io/kubernetes@v1.34.1} inside any module), else skipped.
 *
 * <p>What only a LoadBalancer or external IPs bring is left out of the expectations, and what
 * {@code docs/service-data-planes.md} lists as different.
 */
class KubeProxyExpectationsTest {
  private static final String MODULE = "k8s.io/kubernetes@v1.34.1";

  /** In kube-proxy's expectations and not of NodePort or ClusterIP, or not on every kernel. */
  private static final Pattern OTHERS =
      Pattern.compile(
          "192\\.168\\.99\\.|1\\.2\\.3\\.4|5\\.6\\.7\\.8|203\\.0\\.113\\.|health check node port"
              + "|KUBE-FW-|firewall-HVFWP5L3|KUBE-EXT-4SW47YFZTEDKD3PK|external-LAUZTJTB"
              + "|172\\.30\\.0\\.0/16|-d 127\\.0\\.0\\.0/8 --dport");

  private static final DataPlaneNode NODE =
      new DataPlaneNode(
          "node",
          null,
          "eth0",
          List.of(),
          ip("192.168.0.2"),
          null,
          "10.0.0.0/8",
          null,
          Path.of("/nowhere"),
          Path.of("/nowhere"));

  private static InetAddress ip(String text) {
    return ServiceWorld.address(text);
  }

  private static ServicePort service(
      int number, int nodePort, boolean local, int affinity, Endpoint... endpoints) {
    return new ServicePort(
        "ns" + number,
        "svc" + number,
        "p80",
        Protocol.TCP,
        ip("172.30.0.4" + number),
        null,
        80,
        nodePort,
        local,
        affinity,
        List.of(endpoints));
  }

  private static Endpoint endpoint(int number, boolean local) {
    return new Endpoint(ip("10.180.0." + number), null, 80, local);
  }

  private static List<ServicePort> services() {
    return List.of(
        service(1, 0, false, 0, endpoint(1, false)),
        service(2, 3001, true, 0, endpoint(2, false)),
        service(3, 3003, false, 0, endpoint(3, false)),
        // Out of order: kube-proxy sorts them.
        service(4, 0, false, 0, endpoint(5, true), endpoint(4, false)),
        service(5, 3002, false, 10_800, endpoint(3, false)),
        service(6, 0, false, 0));
  }

  @Test
  void nftables() throws IOException {
    String source = source("pkg/proxy/nftables/proxier_test.go");
    String expected =
        raw(source, "var baseRules = dedent.Dedent(`")
            + raw(source, "expected := baseRules + dedent.Dedent(`");
    String ours = String.join("", NftablesRules.load(NODE, services()));
    assertEquals(
        byChain(expected.replace("0x4000", "0x00004000")),
        byChain(ours.replace("add table ip kube-proxy\ndelete table ip kube-proxy\n", "")));
  }

  @Test
  void iptables() throws IOException {
    String source = source("pkg/proxy/iptables/proxier_test.go");
    String function = source.substring(source.indexOf("func TestOverallIPTablesRules("));
    String expected =
        raw(function, "expected := dedent.Dedent(`")
            .replace("0x4000", "0x00004000")
            .replace("-m nfacct --nfacct-name ct_state_invalid_dropped_pkts ", "");
    String ours =
        IptablesRules.load(Family.IPV4, NODE, services(), List.of()).replace(" --random-fully", "");
    for (String table : List.of("*filter\n", "*nat\n")) {
      assertEquals(byChain(table(expected, table)), byChain(table(ours, table)), table);
    }
  }

  private static String table(String text, String table) {
    int from = text.indexOf(table) + table.length();
    return text.substring(from, text.indexOf("COMMIT", from));
  }

  private static String source(String path) throws IOException {
    String cache = System.getenv("GOMODCACHE");
    Path modules =
        cache != null ? Path.of(cache) : Path.of(System.getProperty("user.home"), "go/pkg/mod");
    Path file = modules.resolve(MODULE).resolve(path);
    assumeTrue(Files.exists(file), file + " is not there: go mod download " + MODULE);
    return Files.readString(file);
  }

  /** The raw string that begins after {@code mark}. */
  private static String raw(String source, String mark) {
    int from = source.indexOf(mark) + mark.length();
    return source.substring(from, source.indexOf('`', from));
  }

  /** Rules in order, by chain; all else sorted, under the empty name. */
  private static Map<String, List<String>> byChain(String text) {
    Map<String, List<String>> chains = new TreeMap<>();
    List<String> rest = new ArrayList<>();
    for (String full : text.lines().map(String::strip).toList()) {
      String line = full;
      if (line.isEmpty() || line.startsWith("#") || OTHERS.matcher(line).find()) {
        continue;
      }
      if (line.startsWith("-A ")) {
        chains.computeIfAbsent(line.split(" ")[1], name -> new ArrayList<>()).add(line);
      } else if (line.startsWith("add rule ")) {
        chains.computeIfAbsent(line.split(" ")[4], name -> new ArrayList<>()).add(line);
      } else {
        rest.add(line);
      }
    }
    assertFalse(rest.isEmpty());
    chains.put("", rest.stream().sorted().distinct().toList());
    return chains;
  }
}
