package dev.shortpath.testbed.dataplane;

import static dev.shortpath.testbed.dataplane.ServiceWorld.CLIENT4;
import static dev.shortpath.testbed.dataplane.ServiceWorld.CLIENT6;
import static dev.shortpath.testbed.dataplane.ServiceWorld.PORT;
import static dev.shortpath.testbed.dataplane.ServiceWorld.endpoint;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.dataplane.Peer.Answer;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.function.Executable;

/**
 * What every Service data plane does to real sockets, whatever it is made of: as kube-proxy does
 * it, with one Service and with ten thousand, TCP and UDP, IPv4 and IPv6. Every data plane's test
 * extends it.
 */
@TestInstance(Lifecycle.PER_CLASS)
abstract class ServiceDataPlaneContract {
  /**
   * How long a refusal may take, in seconds: less than a flow waits. On veth a SYN's ICMP error can
   * be back before connect(2) has let go of the socket; TCP then heeds that of the next SYN, 1 s
   * later.
   */
  private static final double AT_ONCE = 2;

  private static final List<ServicePort> OTHERS =
      IntStream.range(0, 10_000).mapToObj(ServiceDataPlaneContract::other).toList();

  /** The namespaces, where it is in such that the contract is held; else null. */
  ServiceWorld world;

  ServicePlaces places;
  RunningDataPlane plane;

  /** The data plane under test. */
  abstract ServiceDataPlane dataPlane();

  /** How many others there are, at most. */
  int crowd() {
    return OTHERS.size();
  }

  /** Why a test cannot be carried out with this data plane; empty where it can. */
  Optional<String> cannot(String test) {
    return Optional.empty();
  }

  private void possible(String test) {
    cannot(test).ifPresent(reason -> assumeTrue(false, reason));
  }

  /** What comes of a flow to a ClusterIP that no Service has. */
  Set<String> unknown() {
    return Set.of("ECONNREFUSED", "ENETUNREACH", "EHOSTUNREACH");
  }

  /**
   * Among how many others, at most, it is loaded anew, put back and read back as a whole. All other
   * tests change what differs, among all ten thousand.
   */
  int reloaded() {
    return OTHERS.size();
  }

  /**
   * All that the kernel holds of the data plane, as sorted text without counters, so that two equal
   * texts mean the same behaviour.
   */
  abstract String kernelState() throws Exception;

  @BeforeAll
  final void start() throws Exception {
    begin();
  }

  @AfterAll
  final void stop() throws Exception {
    end();
  }

  /** Sets {@link #places} and {@link #plane}. */
  void begin() throws Exception {
    ServiceWorld.assumePossible();
    world = ServiceWorld.open();
    List<String> missing = dataPlane().missing(world.tools);
    if (!missing.isEmpty()) {
      world.close();
      world = null;
    }
    assumeTrue(missing.isEmpty(), String.join("; ", missing));
    places = world;
    plane = dataPlane().start(world.node, world.tools);
  }

  /** Takes them down. */
  void end() throws Exception {
    if (world != null) {
      try {
        if (plane != null) {
          plane.close();
          assertEquals(List.of(), remains(), "left on the node");
        }
      } finally {
        world.close();
      }
    }
  }

  /** What is on the node of a data plane that was closed: rules here, programs in tests of such. */
  List<String> remains() throws Exception {
    List<String> found = new ArrayList<>();
    List<Command> listings =
        List.of(
            Command.of("nft", "list", "ruleset"),
            Command.of("iptables-legacy-save"),
            Command.of("ip6tables-legacy-save"));
    for (Command listing : listings) {
      if (world.tools.find(listing.tool()).isPresent()) {
        String text = world.node.remote().feed(listing, "", Duration.ofSeconds(60)).out();
        text.lines()
            .filter(line -> line.matches(".*(KUBE-|kube-proxy|shortpath).*"))
            .forEach(found::add);
      }
    }
    return found;
  }

  /** The only Services there are. */
  @Nested
  class Alone extends Behaviour {
    @Override
    int others() {
      return 0;
    }
  }

  /** In the middle of ten thousand others, or as many as there are. */
  @Nested
  class AmongTenThousand extends Behaviour {
    @Override
    int others() {
      return crowd();
    }
  }

  /** A way to a Service. */
  private record Way(Protocol protocol, boolean six) {
    static List<Way> all() {
      return List.of(
          new Way(Protocol.TCP, false),
          new Way(Protocol.TCP, true),
          new Way(Protocol.UDP, false),
          new Way(Protocol.UDP, true));
    }

    InetAddress clusterIp(ServicePort service) {
      return six ? service.clusterIp6() : service.clusterIp4();
    }

    InetAddress node(ServicePlaces places) {
      return six ? places.node().ipv6() : places.node().ipv4();
    }

    InetAddress pod(String name) {
      return six ? endpoint(name).ipv6() : endpoint(name).ipv4();
    }

    String client() {
      return ServiceWorld.address(six ? CLIENT6 : CLIENT4).getHostAddress();
    }
  }

  private interface Check {
    void of(Way way) throws Exception;
  }

  /**
   * The tests, run among a number of other Services. Those that load anew come first: they may have
   * fewer of them, and all are put up but once.
   */
  @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
  abstract class Behaviour {
    abstract int others();

    @Test
    void reachesTheEndpoint() throws Exception {
      having(service("web", "b"));
      eachWay(
          way -> {
            assertEquals("b", byNodePort("client", way).who(), "NodePort from outside");
            assertEquals("b", byClusterIp("c", way).who(), "ClusterIP from a pod");
            assertEquals("b", byNodePort("c", way).who(), "NodePort from a pod");
          });
    }

    @Test
    void spreadsFlowsEvenly() throws Exception {
      having(service("web", "a", "b", "r"));
      eachWay(
          way -> {
            Map<String, Integer> hits = new TreeMap<>();
            int flows = 300;
            peer("client")
                .ask(flows, way.protocol(), way.node(places), nodePort(way))
                .forEach(answer -> hits.merge(answer.who(), 1, Integer::sum));
            assertEquals(Set.of("a", "b", "r"), hits.keySet(), "" + hits);
            double expected = flows / 3.0;
            double chiSquare =
                hits.values().stream().mapToDouble(n -> Math.pow(n - expected, 2) / expected).sum();
            // Two degrees of freedom: chance alone exceeds it once in 240,000 times.
            assertTrue(chiSquare < 24.8, hits + " is not even");
          });
    }

    @Test
    void localKeepsTheClientsAddressAndTheNodesEndpoints() throws Exception {
      having(local(service("web", "a", "r")));
      eachWay(
          way -> {
            for (Answer answer :
                peer("client").ask(20, way.protocol(), way.node(places), nodePort(way))) {
              assertEquals("a", answer.who());
              assertEquals(way.client(), text(answer.seen()));
            }
          });
    }

    @Test
    void localWithoutEndpointOnTheNodeDropsWhatComesFromOutside() throws Exception {
      having(local(service("web", "r")));
      eachWay(
          way -> {
            assertEquals("r", byClusterIp("c", way).who(), "ClusterIP from a pod");
            assertEquals("r", byNodePort("c", way).who(), "NodePort from a pod");
          });
      assertEquals("TIMEOUT", byNodePort("client", new Way(Protocol.TCP, false)).who());
      assertEquals("TIMEOUT", byNodePort("client", new Way(Protocol.UDP, true)).who());
    }

    @Test
    void clusterMasqueradesWhatComesFromOutside() throws Exception {
      having(service("web", "a", "r"));
      eachWay(
          way -> {
            Set<String> who = new TreeSet<>();
            for (Answer answer :
                peer("client").ask(40, way.protocol(), way.node(places), nodePort(way))) {
              who.add(answer.who());
              assertTrue(fromNode(answer), "" + answer);
            }
            assertEquals(Set.of("a", "r"), who);
          });
    }

    @Test
    void podsKeepTheirAddressByClusterIp() throws Exception {
      having(service("web", "a"));
      eachWay(
          way -> assertEquals(way.pod("c").getHostAddress(), text(byClusterIp("c", way).seen())));
    }

    @Test
    void podReachesItselfByItsOwnService() throws Exception {
      having(service("web", "a"));
      eachWay(
          way -> {
            for (Answer answer : List.of(byClusterIp("a", way), byNodePort("a", way))) {
              assertEquals("a", answer.who());
              assertTrue(fromNode(answer), "" + answer);
            }
          });
    }

    @Test
    void removedServiceIsRefusedAtOnce() throws Exception {
      having(service("web", "a"));
      eachWay(way -> assertEquals("a", byClusterIp("c", way).who()));
      having();
      eachWay(
          way -> {
            refused(byNodePort("client", way), Set.of("ECONNREFUSED"));
            refused(byClusterIp("c", way), unknown());
          });
    }

    @Test
    void withoutEndpointsIsRefusedAtOnce() throws Exception {
      having(service("web"), service("gone", "a"));
      eachWay(
          way -> {
            refused(byNodePort("client", way), Set.of("ECONNREFUSED"));
            refused(byClusterIp("c", way), Set.of("ECONNREFUSED"));
          });
      // By a change, and back again.
      having(service("web", "a"), service("gone"));
      eachWay(way -> assertEquals("a", byNodePort("client", way).who()));
      having(service("web"), service("gone", "a"));
      eachWay(way -> refused(byNodePort("client", way), Set.of("ECONNREFUSED")));
    }

    @Test
    void flowsToARemovedEndpoint() throws Exception {
      having(service("web", "a"));
      eachWay(
          way -> {
            InetAddress node = way.node(places);
            assertEquals(
                "a", peer("client").keep("out" + way, way.protocol(), node, nodePort(way)).who());
            InetAddress ip = way.clusterIp(web(way));
            assertEquals("a", peer("c").keep("in" + way, way.protocol(), ip, port(way)).who());
          });
      having(service("web", "b"));
      eachWay(
          way -> {
            // kube-proxy leaves TCP to its ends and clears UDP, whose clients would not notice.
            String then = way.protocol() == Protocol.TCP ? "a" : "b";
            assertEquals(then, peer("client").talk("out" + way).who(), "by NodePort");
            assertEquals(then, peer("c").talk("in" + way).who(), "by ClusterIP");
            assertEquals("b", byNodePort("client", way).who(), "a new flow");
          });
    }

    @Test
    void flowsOutliveChangesOfOtherServices() throws Exception {
      having(service("web", "a", "b"), service("other", "a"));
      Map<Way, String> first = keepEach("stay");
      having(service("web", "a", "b"), service("other", "b"));
      having(service("web", "a", "b", "r"));
      eachWay(way -> assertEquals(first.get(way), peer("client").talk("stay" + way).who()));
    }

    /** A flow by NodePort each way, kept open under its name and way; the endpoints they got. */
    private Map<Way, String> keepEach(String name) throws Exception {
      Map<Way, String> endpoints = new HashMap<>();
      for (Way way : Way.all()) {
        InetAddress node = way.node(places);
        endpoints.put(
            way, peer("client").keep(name + way, way.protocol(), node, nodePort(way)).who());
      }
      return endpoints;
    }

    /** Where flows were told apart: those of the endpoint that goes, and those of the others. */
    @Test
    void flowsOfOneOfSeveralEndpoints() throws Exception {
      having(service("web", "a", "b", "r"), service("other", "b"));
      Map<String, String> first = new TreeMap<>();
      eachWay(
          way -> {
            first.putAll(flowsToAll(Set.of("a", "b", "r"), "out" + way, "client", way));
            first.putAll(flowsToAll(Set.of("a", "b", "r"), "in" + way, "c", way));
          });
      having(service("web", "b", "r"), service("other", "b"));
      Map<String, Long> before = plane.counters();
      eachWay(
          way -> {
            for (Map.Entry<String, String> flow : flowsOf(first, way)) {
              String now =
                  peer(flow.getKey().startsWith("out") ? "client" : "c").talk(flow.getKey()).who();
              if (way.protocol() == Protocol.UDP && flow.getValue().equals("a")) {
                assertTrue(Set.of("b", "r").contains(now), flow + " went on to " + now);
              } else {
                assertEquals(flow.getValue(), now, flow.getKey());
              }
            }
          });
      Map<String, Long> after = plane.counters();
      for (Way way : Way.all()) {
        if (way.protocol() == Protocol.UDP) {
          long moved = flowsOf(first, way).stream().filter(f -> f.getValue().equals("a")).count();
          String counter = "translated.ipv" + (way.six() ? "6" : "4");
          // No flow but those was given an endpoint again: the state of all others was kept.
          assertEquals(moved, after.get(counter) - before.get(counter), counter);
        }
      }
    }

    /** By NodePort or ClusterIP, as many flows as it takes until every endpoint has one. */
    private Map<String, String> flowsToAll(Set<String> endpoints, String key, String from, Way way)
        throws Exception {
      Map<String, String> flows = new TreeMap<>();
      boolean outside = key.startsWith("out");
      // One of three endpoints is missed by chance alone once in 2 * 10^17 times.
      for (int i = 0; i < 100 && !Set.copyOf(flows.values()).equals(endpoints); i++) {
        InetAddress to = outside ? way.node(places) : way.clusterIp(web(way));
        String flow = key + "-" + i;
        flows.put(
            flow,
            peer(from).keep(flow, way.protocol(), to, outside ? nodePort(way) : port(way)).who());
      }
      assertEquals(endpoints, Set.copyOf(flows.values()));
      return flows;
    }

    private static List<Map.Entry<String, String>> flowsOf(Map<String, String> flows, Way way) {
      return flows.entrySet().stream().filter(f -> f.getKey().contains(way.toString())).toList();
    }

    /** Another Service's endpoint, or another protocol's, is none of a flow's business. */
    @Test
    void changesOfOtherServicesLeaveFlowsTheirState() throws Exception {
      having(service("web", "a", "b"), service("other", "a"));
      Map<Way, String> first = keepEach("state");
      Map<String, Long> before = plane.counters();
      having(service("web", "a", "b"), service("other", "b"));
      eachWay(way -> assertEquals(first.get(way), peer("client").talk("state" + way).who()));
      having(service("web", "a", "b"), service("other"));
      eachWay(way -> assertEquals(first.get(way), peer("client").talk("state" + way).who()));
      having(service("web", "a", "b"));
      eachWay(way -> assertEquals(first.get(way), peer("client").talk("state" + way).who()));
      Map<String, Long> after = plane.counters();
      for (String counter : List.of("translated.ipv4", "translated.ipv6")) {
        assertEquals(before.get(counter), after.get(counter), counter);
      }
    }

    @Test
    void affinityKeepsAClientAtItsEndpoint() throws Exception {
      having(sticky(service("web", "a", "b", "r")));
      eachWay(
          way -> {
            Set<String> who = new TreeSet<>();
            peer("client")
                .ask(25, way.protocol(), way.node(places), nodePort(way))
                .forEach(answer -> who.add(answer.who()));
            assertEquals(1, who.size(), "one client, one endpoint: " + who);
            assertTrue(Set.of("a", "b", "r").containsAll(who), "" + who);
          });
    }

    @Test
    @Order(1)
    void loadAndUpdateGiveTheSameKernelState() throws Exception {
      possible("loadAndUpdateGiveTheSameKernelState");
      int others = Math.min(others(), reloaded());
      plane.update(
          services(
              others,
              service("web", "a"),
              sticky(service("other", "a", "b")),
              service("gone", "r")));
      List<ServicePort> then =
          services(
              others, service("web", "b", "r"), local(service("other", "a")), service("empty"));
      plane.update(then);
      String updated = kernelState();
      assertEquals(then.size(), plane.counted(), "after the update");
      plane.load(then);
      assertEquals(then.size(), plane.counted(), "after the load");
      assertEquals(kernelState(), updated);
    }

    @Test
    @Order(1)
    void whatFailsLeavesWhatWas() throws Exception {
      possible("whatFailsLeavesWhatWas");
      int others = Math.min(others(), reloaded());
      plane.update(services(others, service("web", "a")));
      String before = kernelState();
      Endpoint good = endpoint("b");
      // The kernel's tool cannot take an IPv4 address for IPv6: what goes first has gone already.
      Endpoint bad = new Endpoint(good.ipv4(), good.ipv4(), PORT, true);
      List<ServicePort> wrong = new ArrayList<>();
      for (ServicePort service : services(others, service("web", "b"), service("more", "b"))) {
        boolean last = service.name().equals("more") && service.protocol() == Protocol.UDP;
        wrong.add(last ? service.with(List.of(bad)) : service);
      }
      for (boolean load : new boolean[] {false, true}) {
        TestbedException e =
            assertThrows(
                TestbedException.class,
                () -> {
                  if (load) {
                    plane.load(wrong);
                  } else {
                    plane.update(wrong);
                  }
                });
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
        assertEquals(before, kernelState());
        eachWay(way -> assertEquals("a", byNodePort("client", way).who()));
      }
      plane.update(services(others, service("web", "b")));
      eachWay(way -> assertEquals("b", byNodePort("client", way).who()));
    }

    @Test
    void countsFlowsAndServices() throws Exception {
      having(service("web", "a"), service("empty"));
      assertEquals(others() + 4, plane.counted());
      Map<String, Long> before = plane.counters();
      eachWay(way -> peer("client").ask(7, way.protocol(), way.node(places), nodePort(way)));
      Map<String, Long> after = plane.counters();
      for (String counter : List.of("translated.ipv4", "translated.ipv6")) {
        assertEquals(14, after.get(counter) - before.get(counter), counter);
      }
      plane.check();
    }

    // What the tests are made of.

    void having(ServicePort... special) throws Exception {
      plane.update(services(others(), special));
    }

    /** Those in the middle, each as TCP and as UDP, with half of the others before and after. */
    List<ServicePort> services(int others, ServicePort... special) {
      List<ServicePort> all = new ArrayList<>();
      all.addAll(OTHERS.subList(0, others / 2));
      for (ServicePort service : special) {
        all.add(service);
        all.add(as(Protocol.UDP, service));
      }
      all.addAll(OTHERS.subList(others / 2, others));
      return all;
    }

    void eachWay(Check check) {
      List<Executable> checks = new ArrayList<>();
      for (Way way : Way.all()) {
        checks.add(
            () -> {
              try {
                check.of(way);
              } catch (AssertionError e) {
                throw new AssertionError(way + ": " + e.getMessage(), e);
              }
            });
      }
      assertAll(checks);
    }

    Answer byNodePort(String from, Way way) throws Exception {
      return peer(from).ask(way.protocol(), way.node(places), nodePort(way));
    }

    Answer byClusterIp(String from, Way way) throws Exception {
      return peer(from).ask(way.protocol(), way.clusterIp(web(way)), port(way));
    }
  }

  /** Nothing at all is a load too, and is taken off without a trace. */
  @Test
  void noServiceAtAll() throws Exception {
    plane.load(List.of());
    assertEquals(0, plane.counted());
    String empty = kernelState();
    plane.load(List.of(service("web", "a")));
    assertEquals(1, plane.counted());
    plane.update(List.of());
    assertEquals(0, plane.counted());
    assertEquals(empty, kernelState());
  }

  @Test
  void clashesAreToldBeforeAnythingChanges() throws Exception {
    plane.load(List.of(service("web", "a")));
    String before = kernelState();
    ServicePort web = service("web", "a");
    ServicePort clash =
        new ServicePort(
            "shop",
            "two",
            "",
            Protocol.TCP,
            endpoint("b").ipv4(),
            endpoint("b").ipv6(),
            80,
            web.nodePort(),
            false,
            0,
            List.of());
    for (boolean load : new boolean[] {false, true}) {
      TestbedException e =
          assertThrows(
              TestbedException.class,
              () -> {
                if (load) {
                  plane.load(List.of(web, clash));
                } else {
                  plane.update(List.of(web, clash));
                }
              });
      assertTrue(e.getMessage().contains("NodePort " + web.nodePort()), e.getMessage());
      assertTrue(e.getMessage().contains("shop/two"), e.getMessage());
    }
    assertEquals(before, kernelState());
  }

  private Peer peer(String place) {
    return places.peer(place);
  }

  private static void refused(Answer answer, Set<String> how) {
    assertTrue(how.contains(answer.who()), answer + " instead of " + how);
    assertTrue(
        answer.seconds() < AT_ONCE || answer.who().equals("TIMEOUT"), answer + " took too long");
  }

  /** Java's long form of an address. */
  private static String text(String address) {
    return ServiceWorld.address(address).getHostAddress();
  }

  private boolean fromNode(Answer answer) {
    assertNotEquals("", answer.seen(), "" + answer);
    return places.ownAddresses().stream().anyMatch(own -> text(own).equals(text(answer.seen())));
  }

  // Services of the tests: "web" on its NodePort and ClusterIP, TCP and UDP alike.

  private static ServicePort web(Way way) {
    ServicePort web = service("web");
    return way.protocol() == Protocol.UDP ? as(Protocol.UDP, web) : web;
  }

  private static int nodePort(Way way) {
    return web(way).nodePort();
  }

  private static int port(Way way) {
    return web(way).port();
  }

  static ServicePort service(String name, String... pods) {
    int number = List.of("web", "other", "gone", "empty", "more").indexOf(name) + 1;
    List<Endpoint> endpoints = new ArrayList<>();
    for (String pod : pods) {
      endpoints.add(endpoint(pod));
    }
    return new ServicePort(
        "shop",
        name,
        "data",
        Protocol.TCP,
        ServiceWorld.address("10.96.250." + number),
        ServiceWorld.address("fd00:10:96::f:" + number),
        8000 + number,
        30_000 + number,
        false,
        0,
        endpoints);
  }

  /** A Service that stands in the way: one endpoint, every fourth a NodePort. */
  static ServicePort other(int number) {
    String four =
        "10.%d.%d.%d".formatted(97 + number / 62_500, number / 250 % 250, 1 + number % 250);
    String six = "fd00:10:96::%x:%x".formatted(1 + number / 50_000, 1 + number % 50_000);
    return new ServicePort(
        "crowd",
        "svc-%05d".formatted(number),
        "data",
        number % 2 == 0 ? Protocol.TCP : Protocol.UDP,
        ServiceWorld.address(four),
        ServiceWorld.address(six),
        80,
        number % 4 == 0 && number < 8000 ? 20_000 + number : 0,
        false,
        0,
        Collections.singletonList(endpoint(number % 3 == 0 ? "r" : "b")));
  }

  static ServicePort local(ServicePort s) {
    return new ServicePort(
        s.namespace(),
        s.name(),
        s.portName(),
        s.protocol(),
        s.clusterIp4(),
        s.clusterIp6(),
        s.port(),
        s.nodePort(),
        true,
        s.affinitySeconds(),
        s.endpoints());
  }

  static ServicePort sticky(ServicePort s) {
    return new ServicePort(
        s.namespace(),
        s.name(),
        s.portName(),
        s.protocol(),
        s.clusterIp4(),
        s.clusterIp6(),
        s.port(),
        s.nodePort(),
        s.externalLocal(),
        600,
        s.endpoints());
  }

  static ServicePort as(Protocol protocol, ServicePort s) {
    return new ServicePort(
        s.namespace(),
        s.name(),
        // A Service has no two ports of one name.
        s.portName() + "-" + protocol.lower(),
        protocol,
        s.clusterIp4(),
        s.clusterIp6(),
        s.port(),
        s.nodePort(),
        s.externalLocal(),
        s.affinitySeconds(),
        s.endpoints());
  }
}
