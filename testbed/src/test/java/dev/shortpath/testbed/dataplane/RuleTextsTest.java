package dev.shortpath.testbed.dataplane;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Texts that kube-proxy's own tests have no expectation of: three endpoints, Local with endpoints
 * on the node, affinity, IPv6, large clusters, partial syncs. What is expected follows from reading
 * pkg/proxy of Kubernetes v1.34.1.
 */
class RuleTextsTest {
  private static final DataPlaneNode NODE =
      new DataPlaneNode(
          "node",
          null,
          "eth0",
          List.of(),
          ip("192.168.0.2"),
          ip("2001:db8::1"),
          "10.0.0.0/8",
          "fd00:10::/64",
          Path.of("/nowhere"),
          Path.of("/nowhere"));

  private static InetAddress ip(String text) {
    return ServiceWorld.address(text);
  }

  private static Endpoint endpoint(int number, boolean local) {
    return new Endpoint(ip("10.180.0." + number), ip("fd00:10:180::" + number), 80, local);
  }

  private static ServicePort service(
      String name, int nodePort, boolean local, int affinity, Endpoint... endpoints) {
    int number = name.charAt(name.length() - 1) - '0';
    return new ServicePort(
        "ns",
        name,
        "p80",
        Protocol.TCP,
        ip("172.30.0." + number),
        ip("fd00:172:30::" + number),
        80,
        nodePort,
        local,
        affinity,
        List.of(endpoints));
  }

  private static final ServicePort THREE =
      service("svc1", 0, false, 0, endpoint(3, false), endpoint(1, true), endpoint(2, false));

  /** Rules of a chain, without its name. */
  private static List<String> rules(String text, String chain) {
    List<String> rules = new ArrayList<>();
    for (String line : text.lines().toList()) {
      for (String begin : List.of("-A " + chain, "add rule ip " + chain, "add rule ip6 " + chain)) {
        if (line.startsWith(begin)) {
          rules.add(line.substring(line.indexOf(' ', begin.length()) + 1));
        }
      }
    }
    return rules;
  }

  private static String iptables(Family family, ServicePort... services) {
    return IptablesRules.load(family, NODE, List.of(services), List.of());
  }

  private static String nftables(ServicePort... services) {
    return String.join("", NftablesRules.load(NODE, List.of(services)));
  }

  private static String update(List<ServicePort> before, List<ServicePort> after) {
    List<ServiceChanges> steps = ServiceChanges.between(before, after).split(500);
    return String.join("", NftablesRules.update(NODE, before, steps, true));
  }

  @Test
  void threeEndpointsHaveAThirdEach() {
    List<String> rules = rules(iptables(Family.IPV4, THREE), "KUBE-SVC-");
    assertEquals(4, rules.size());
    assertEquals(
        "-m comment --comment \"ns/svc1:p80 cluster IP\" -m tcp -p tcp -d 172.30.0.1 --dport 80"
            + " ! -s 10.0.0.0/8 -j KUBE-MARK-MASQ",
        rules.get(0));
    for (int i = 1; i <= 3; i++) {
      String comment = "-m comment --comment \"ns/svc1:p80 -> 10.180.0." + i + ":80\" ";
      assertTrue(rules.get(i).startsWith(comment), rules.get(i));
      String chance = List.of("0.3333333333", "0.5000000000", "").get(i - 1);
      assertEquals(
          chance,
          rules.get(i).contains("--probability")
              ? rules
                  .get(i)
                  .replaceAll(".*-m statistic --mode random --probability (\\S+) -j .*", "$1")
              : "");
    }
    String spread =
        rules(nftables(THREE), "kube-proxy service-").stream()
            .filter(rule -> rule.startsWith("numgen"))
            .findFirst()
            .orElseThrow();
    assertTrue(
        spread.matches(
            "numgen random mod 3 vmap \\{ 0 : goto endpoint-\\w{8}-ns/svc1/tcp/p80__10.180.0.1/80 ,"
                + " 1 : goto endpoint-\\w{8}-ns/svc1/tcp/p80__10.180.0.2/80 ,"
                + " 2 : goto endpoint-\\w{8}-ns/svc1/tcp/p80__10.180.0.3/80 }"),
        spread);
  }

  @Test
  void localHasAChainOfTheNodesEndpoints() {
    ServicePort local = service("svc2", 30_002, true, 0, endpoint(1, true), endpoint(2, false));
    String text = iptables(Family.IPV4, local);
    List<String> external = rules(text, "KUBE-EXT-");
    assertEquals(4, external.size());
    assertTrue(external.get(0).contains("-s 10.0.0.0/8 -j KUBE-SVC-"), external.get(0));
    assertTrue(external.get(3).startsWith("-j KUBE-SVL-"), external.get(3));
    List<String> own = rules(text, "KUBE-SVL-");
    assertEquals(1, own.size());
    assertTrue(own.get(0).contains("10.180.0.1:80\" -j KUBE-SEP-"), own.get(0));
    assertFalse(text.contains("no local endpoints"));
    String nft = nftables(local);
    assertEquals(2, rules(nft, "kube-proxy local-").size(), "one in each family");
    assertTrue(rules(nft, "kube-proxy external-").get(3).startsWith("goto local-"));
  }

  @Test
  void noEndpointsAreRejectedAndNoLocalOnesDropped() {
    ServicePort none = service("svc3", 30_003, true, 0);
    ServicePort remote = service("svc4", 30_004, true, 0, endpoint(2, false));
    String text = iptables(Family.IPV6, none, remote);
    assertEquals(
        List.of(
            "-m comment --comment \"ns/svc3:p80 has no endpoints\" -m addrtype --dst-type LOCAL"
                + " -m tcp -p tcp --dport 30003 -j REJECT",
            "-m comment --comment \"ns/svc4:p80 has no local endpoints\" -m addrtype --dst-type"
                + " LOCAL -m tcp -p tcp --dport 30004 -j DROP"),
        rules(text, "KUBE-EXTERNAL-SERVICES"));
    assertTrue(
        text.contains("has no endpoints\" -m tcp -p tcp -d fd00:172:30::3 --dport 80 -j REJ"));
    assertEquals(
        "-m comment --comment \"kubernetes service nodeports; NOTE: this must be the last rule in"
            + " this chain\" -m addrtype --dst-type LOCAL ! -d ::1/128 -j KUBE-NODEPORTS",
        rules(text, "KUBE-SERVICES").get(2));
    String nft = nftables(none, remote);
    for (String line :
        List.of(
            "ip kube-proxy no-endpoint-nodeports { tcp . 30003 comment \"ns/svc3:p80\" : goto"
                + " reject-chain }",
            "ip6 kube-proxy no-endpoint-nodeports { tcp . 30004 comment \"ns/svc4:p80\" : drop }",
            "ip6 kube-proxy no-endpoint-services { fd00:172:30::3 . tcp . 80 comment"
                + " \"ns/svc3:p80\" : goto reject-chain }")) {
      assertTrue(nft.contains("add element " + line + "\n"), line);
    }
  }

  @Test
  void affinityIsLookedUpBeforeChance() {
    ServicePort sticky = service("svc5", 0, false, 600, endpoint(1, true), endpoint(2, true));
    List<String> rules = rules(iptables(Family.IPV6, sticky), "KUBE-SVC-");
    assertTrue(
        rules
            .get(1)
            .matches(
                "-m comment --comment \"ns/svc5:p80 -> \\[fd00:10:180::1]:80\" -m recent --name"
                    + " (KUBE-SEP-\\w{16}) --rcheck --seconds 600 --reap -j \\1"),
        rules.get(1));
    assertTrue(rules.get(2).contains("--rcheck"));
    assertTrue(rules.get(3).contains("--probability 0.5000000000"));
    String nft = nftables(sticky);
    assertTrue(
        nft.contains(
            "/svc5/tcp/p80__fd00.10.180..1/80 { type ipv6_addr ; flags dynamic,timeout ; timeout"
                + " 600s ; }"));
    assertEquals(6, rules(nft, "kube-proxy endpoint-").size() / 2, "mark, remember, translate");
  }

  @Test
  void largeClustersHaveNoCommentsOnEndpoints() {
    List<ServicePort> many = new ArrayList<>();
    for (int i = 0; i <= IptablesRules.LARGE; i++) {
      many.add(ServiceDataPlaneContract.other(i));
    }
    String large = IptablesRules.load(Family.IPV4, NODE, many, List.of());
    assertFalse(large.contains(" -> "));
    List<ServicePort> fewer = many.subList(0, IptablesRules.LARGE);
    String small = IptablesRules.load(Family.IPV4, NODE, fewer, List.of());
    assertTrue(small.contains(" -> "));
    // Whoever crosses the bound has all chains written anew.
    assertEquals(large, IptablesRules.update(Family.IPV4, NODE, many, fewer));
  }

  @Test
  void partialSyncHasTheDispatchChainsAndTheChangedServices() {
    ServicePort kept = service("svc6", 30_006, false, 0, endpoint(1, true));
    ServicePort gone = service("svc7", 0, false, 0, endpoint(1, true));
    ServicePort was = service("svc8", 0, false, 0, endpoint(1, true));
    ServicePort is = service("svc8", 0, false, 0, endpoint(2, true));
    String text =
        IptablesRules.update(Family.IPV4, NODE, List.of(kept, is), List.of(kept, gone, was));
    assertEquals(3, rules(text, "KUBE-SERVICES").size(), "two Services and the NodePorts");
    assertEquals(0, rules(text, "KUBE-EXT-").size());
    assertEquals(2, rules(text, "KUBE-SVC-").size());
    assertEquals(3, text.lines().filter(line -> line.startsWith("-X ")).count(), text);
    assertEquals("", IptablesRules.update(Family.IPV4, NODE, List.of(kept), List.of(kept)));
    assertEquals("", update(List.of(kept), List.of(kept)));
    String nft = update(List.of(kept, gone, was), List.of(kept, is));
    assertFalse(nft.contains("svc6"));
    assertEquals(6, nft.lines().filter(line -> line.startsWith("delete chain ")).count(), nft);
    assertFalse(nft.contains("cluster-ips { 172.30.0.8 }"), "its address stays");
  }

  /** Without it, iptables-nft-restore takes minutes for ten thousand Services. */
  @Test
  void iptablesNftIsToldThatAllChainsAreConcerned() {
    String text = iptables(Family.IPV4, THREE);
    assertEquals(text, new Iptables("legacy").input(text));
    String input = new Iptables("nft").input(text);
    assertEquals(text, input.replaceFirst("\\*nat\\n-Z\\n", "*nat\n"));
    assertTrue(input.contains("COMMIT\n*nat\n-Z\n:KUBE-SERVICES"), input);
  }

  @Test
  void aNodePortMayGoToAnotherServiceInOneTransaction() {
    ServicePort from = service("svc1", 30_001, false, 0, endpoint(1, true));
    ServicePort to = service("svc2", 30_001, false, 0, endpoint(1, true));
    String nft = update(List.of(from), List.of(to));
    String element = "element ip kube-proxy service-nodeports { tcp . 30001";
    assertTrue(nft.indexOf("delete " + element) >= 0, nft);
    assertTrue(nft.indexOf("delete " + element) < nft.indexOf("add " + element), nft);
  }

  @Test
  void beforeLinux6dot2ChainsAreDeletedLast() {
    ServicePort one = service("svc1", 0, false, 0, endpoint(1, true));
    ServicePort two = service("svc2", 0, false, 0, endpoint(1, true));
    List<ServiceChanges> steps = ServiceChanges.between(List.of(one), List.of(two)).split(1);
    List<String> later = NftablesRules.update(NODE, List.of(one), steps, false);
    assertEquals(2, later.size());
    assertFalse(later.get(0).contains("delete chain"));
    assertEquals(4, later.get(1).lines().count(), later.get(1));
    assertTrue(later.get(1).lines().allMatch(line -> line.startsWith("delete chain ")));
    List<String> atOnce = NftablesRules.update(NODE, List.of(one), steps, true);
    assertEquals(String.join("", later), atOnce.get(0));
    assertTrue(Nftables.deletesAtOnce("6.18.44-x"));
    assertTrue(Nftables.deletesAtOnce("6.2.0"));
    assertFalse(Nftables.deletesAtOnce("6.1.0-37-amd64"));
    assertFalse(Nftables.deletesAtOnce("5.15"));
  }

  @Test
  void manyChangesGoInStepsThatNeverClash() {
    List<ServicePort> before = new ArrayList<>();
    List<ServicePort> after = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      before.add(ServiceDataPlaneContract.other(i));
      after.add(ServiceDataPlaneContract.other(i + 20));
    }
    // Two Services change their NodePorts for each other's.
    ServicePort one = service("svc1", 30_001, false, 0);
    ServicePort two = service("svc2", 30_002, false, 0);
    before.addAll(List.of(one, two));
    after.addAll(List.of(service("svc1", 30_002, false, 0), service("svc2", 30_001, false, 0)));
    List<ServicePort> state = before;
    for (ServiceChanges step : ServiceChanges.between(before, after).split(7)) {
      assertTrue(step.fresh().size() <= 7);
      assertTrue(step.fresh().isEmpty() || step.stale().size() <= 7, "changed one for one");
      state = step.applied(state);
      List<ServicePort> reached = state;
      assertDoesNotThrow(() -> ServiceCheck.check(reached));
    }
    assertEquals(Set.copyOf(after), Set.copyOf(state));
  }

  @Test
  void thoseThatOnlyLeaveGoTogether() {
    List<ServicePort> before = new ArrayList<>();
    for (int i = 0; i < ServiceChanges.LEAVING + 1; i++) {
      before.add(ServiceDataPlaneContract.other(i));
    }
    List<ServiceChanges> steps = ServiceChanges.between(before, List.of()).split(500);
    assertEquals(
        List.of(ServiceChanges.LEAVING, 1), steps.stream().map(s -> s.stale().size()).toList());
    List<ServicePort> state = before;
    for (ServiceChanges step : steps) {
      state = step.applied(state);
    }
    assertEquals(List.of(), state);
  }

  /** Hashes as kube-proxy's own tests have them. */
  @Test
  void hashes() {
    assertEquals("XPGD46QRK7WJZT7O", new Hash().of("ns1/svc1:p80tcp", 16));
    assertEquals("ULMVA6XW", new Hash().of("ns1/svc1/tcp/p80", 8));
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.255, 192.0.2.255",
    "2001:db8:0:0:0:0:0:1, 2001:db8::1",
    "0:0:0:0:0:0:0:1, ::1",
    "fd00:0:0:0:0:0:0:0, fd00::",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "0:0:0:0:0:0:0:0, ::"
  })
  void addressesAsRfc5952HasThem(String address, String text) {
    assertEquals(text, Family.text(ip(address)));
  }
}
