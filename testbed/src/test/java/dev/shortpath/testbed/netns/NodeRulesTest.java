package dev.shortpath.testbed.netns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.Running;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.Testbed;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.remote.Launcher;
import dev.shortpath.testbed.remote.PlacedRemote;
import dev.shortpath.testbed.tool.Tools;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("netns")
class NodeRulesTest {
  private final Tools tools = Tools.here();

  private static TestbedRequest request(String id, String rules, Treatment treatment, Path work) {
    Map<String, String> parameters = Map.of("node-rules", rules);
    return new TestbedRequest(id, "pods", parameters, List.of(treatment), work);
  }

  private static Treatment plain(String family) {
    return new Treatment(
        Map.of("mesh", "none", "shortcut", "off", "placement", "one-node", "ip-family", family));
  }

  @ParameterizedTest
  @CsvSource({
    "none, ipv4, 0",
    "iptables-legacy, ipv4, 1",
    "iptables-nft, ipv4, 1",
    "iptables-nft, ipv6, 1",
    "nftables, ipv6, 1"
  })
  void whatPassesBetweenPodsOfANodeMeetsItsRules(
      String rules, String family, int tracked, @TempDir Path work) throws Exception {
    String id = "%06d".formatted(ProcessHandle.current().pid() % 1_000_000);
    Treatment treatment = plain(family);
    try (Testbed testbed = new NetnsProvider().open(request(id, rules, treatment, work));
        Scene scene = testbed.prepare(treatment)) {
      assertEquals(!rules.equals("none"), testbed.parts().containsKey("node rules"));
      String host = scene.listen().getAddress().getHostAddress();
      String at =
          (family.equals("ipv6") ? "[" + host + "]" : host) + ":" + scene.listen().getPort();
      try (Running server =
          scene.server().remote().start(Command.of("pingecho", "server", "--listen", at))) {
        assertEquals('l', server.out().read());
        Command client = Command.of("pingecho", "client", "--connect", at, "--count", "5");
        Result result = scene.client().remote().run(client, Remote.SOON);
        assertTrue(result.ok(), result.err());
      }
      PlacedRemote node = new PlacedRemote("n1", Launcher.here(tools).netns("sp-" + id + "-n1"));
      Result flows =
          node.run(Command.of("conntrack", "-L", "-f", family, "-p", "tcp"), Remote.SOON);
      String port = "dport=" + scene.listen().getPort() + " ";
      assertEquals(tracked, flows.out().lines().filter(l -> l.contains(port)).count(), flows.out());
    }
    assertEquals(List.of(), Remains.of(id));
  }

  @Test
  void wrongParametersAreNamed(@TempDir Path work) {
    assertEquals(
        List.of(
            "topology pods: parameter node-rules is 'ebpf': use one of none, iptables-legacy,"
                + " iptables-nft, nftables"),
        new NetnsProvider().missing(request("noderu", "ebpf", plain("ipv4"), work)));
    TestbedRequest other =
        new TestbedRequest(
            "noderu", "pods", Map.of("node-ports", "1"), List.of(plain("ipv4")), work);
    assertEquals(
        List.of("topology pods has no parameter 'node-ports'; it has node-rules"),
        new NetnsProvider().missing(other));
  }
}
