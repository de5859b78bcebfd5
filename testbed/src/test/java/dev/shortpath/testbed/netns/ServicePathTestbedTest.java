package dev.shortpath.testbed.netns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Action;
import dev.shortpath.harness.testbed.Attestation;
import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.Testbed;
import dev.shortpath.harness.testbed.TestbedProvider;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.harness.testbed.Traffic;
import dev.shortpath.harness.workload.Parameter;
import dev.shortpath.harness.workload.PingEcho;
import dev.shortpath.testbed.ChildJvm;
import dev.shortpath.testbed.Echo;
import dev.shortpath.testbed.Sabotage;
import dev.shortpath.testbed.TestbedContract;
import dev.shortpath.testbed.dataplane.DataPlanes;
import dev.shortpath.testbed.remote.LocalProcess;
import dev.shortpath.testbed.tool.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract, held by {@code netns} with topology {@code service-path}. Needs root. */
@Tag("netns")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class ServicePathTestbedTest extends TestbedContract {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final Tools tools = Tools.here();

  @Override
  protected TestbedProvider provider() {
    return new NetnsProvider();
  }

  @Override
  protected Optional<String> impossible() {
    return System.getProperty("user.name").equals("root")
        ? Optional.empty()
        : Optional.of("testbed netns needs root");
  }

  @Override
  protected String topology() {
    return "service-path";
  }

  /** A treatment by its levels: {@code factor=level,…}. */
  private static Treatment treatment(String plane, String levels) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("service-data-plane", plane);
    for (String level : levels.split(",")) {
      all.put(level.split("=")[0], level.split("=")[1]);
    }
    return new Treatment(all);
  }

  /** The contract's traffic is TCP; {@link #datagramsTakeThePath} has UDP. */
  @Override
  protected List<Treatment> treatments() {
    List<Treatment> all = new ArrayList<>();
    for (String plane : DataPlanes.names()) {
      for (String policy : List.of("local", "cluster")) {
        for (String family : List.of("ipv4", "ipv6")) {
          for (String access : List.of("node-port", "cluster-ip")) {
            String position = Position.LEVELS.get(all.size() % Position.LEVELS.size());
            all.add(
                treatment(
                    plane,
                    "services=%d,protocol=tcp,ip-family=%s,traffic-policy=%s,access=%s,position=%s"
                        .formatted(1 + all.size(), family, policy, access, position)));
          }
        }
      }
    }
    return all;
  }

  @Override
  protected Treatment richest() {
    return treatment("nftables", "services=300,traffic-policy=cluster,position=last");
  }

  @Override
  protected List<Sabotage> sabotages() {
    List<String> none = List.of();
    return List.of(
        new Sabotage(
            "none: the worker rewrites addresses",
            treatment("none", "services=1"),
            nft(
                "w1-none",
                "add table inet t; add chain inet t c { type nat hook prerouting priority -100; };"
                    + " add rule inet t c tcp dport 30000 dnat ip to 10.244.1.16"),
            none,
            "the worker tracked"),
        new Sabotage(
            "nftables: rules gone",
            treatment("nftables", "services=3"),
            nft("w1-nftables-tcp-local", "flush ruleset"),
            none,
            "got 0 echoes"),
        new Sabotage(
            "iptables-legacy: another Service's rules gone",
            treatment("iptables-legacy", "services=3,position=last"),
            tool(
                "w1-iptables-legacy-tcp-local",
                "iptables-legacy",
                "-t",
                "nat",
                "-D",
                "KUBE-SERVICES",
                "1"),
            none,
            "the kernel held 2 of 3 Services of iptables-legacy after the traffic"));
  }

  private Sabotage.Deed nft(String worker, String rules) {
    return tool(worker, "nft", rules);
  }

  private Sabotage.Deed tool(String worker, String tool, String... arguments) {
    return (scene, id) -> {
      List<String> command =
          new ArrayList<>(
              List.of(
                  tools.locate("shortpath-enter").toString(),
                  "--netns",
                  RunNames.netns(id, worker),
                  "--",
                  tools.locate(tool).toString()));
      command.addAll(List.of(arguments));
      Result result = LocalProcess.run(tool, command, "", LIMIT);
      if (!result.ok()) {
        throw new IllegalStateException(result.err());
      }
      return () -> {};
    };
  }

  @Override
  protected List<String> remains(String runId) {
    return Remains.of(runId);
  }

  private TestbedRequest request(
      String id, Path work, Map<String, String> parameters, Treatment... treatments) {
    return new TestbedRequest(id, topology(), parameters, List.of(treatments), work);
  }

  /** The workload of the first experiment goes through every data plane. */
  @TestFactory
  Stream<DynamicTest> pingEchoGoesThroughEveryDataPlane(@TempDir Path work) throws Exception {
    List<Treatment> all = new ArrayList<>();
    for (String plane : DataPlanes.names()) {
      for (String family : List.of("ipv4", "ipv6")) {
        for (String access : List.of("node-port", "cluster-ip")) {
          String levels = "services=100,position=random,ip-family=%s,access=%s";
          all.add(treatment(plane, levels.formatted(family, access)));
        }
      }
    }
    PingEcho workload = new PingEcho();
    Map<String, String> parameters =
        workload.parameters().stream()
            .collect(Collectors.toMap(Parameter::name, Parameter::defaultValue));
    parameters.putAll(Map.of("count", "100", "warm-up", "5", "interval-us", "1000"));
    Testbed testbed =
        provider().open(request(runId(), work, Map.of(), all.toArray(new Treatment[0])));
    return all.stream()
        .map(
            treatment ->
                DynamicTest.dynamicTest(
                    treatment.id(),
                    () -> {
                      try (Scene scene = testbed.prepare(treatment)) {
                        List<Object> samples = new ArrayList<>();
                        Map<String, Long> before = scene.counters();
                        Traffic traffic = workload.run(scene, parameters, samples::add, work);
                        Attestation attestation = scene.attest(before, scene.counters(), traffic);
                        assertTrue(attestation.attested(), attestation.reason());
                        assertEquals(100, samples.size());
                      }
                    }))
        .onClose(testbed::close);
  }

  private static final String UDP_SERVER =
      """
import socket, sys
s = socket.socket(socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET, socket.SOCK_DGRAM)
s.bind((sys.argv[1], int(sys.argv[2])))
print('ready', flush=True)
while True:
    data, peer = s.recvfrom(2048)
    s.sendto(data, peer)
""";

  private static final String UDP_CLIENT =
      """
import socket, sys
for flow in range(10):
    s = socket.socket(socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(2)
    s.connect((sys.argv[1], int(sys.argv[2])))
    for i in range(3):
        s.send(b'%d' % i)
        assert s.recv(2048) == b'%d' % i
""";

  /** Each treatment twice: the second time the kernel must not take its flows for the first's. */
  @TestFactory
  Stream<DynamicTest> datagramsTakeThePath(@TempDir Path work) throws Exception {
    assertEquals(List.of(), tools.missing("python3"));
    List<Treatment> all = new ArrayList<>();
    for (String plane : DataPlanes.names()) {
      for (String family : List.of("ipv4", "ipv6")) {
        for (String access : List.of("node-port", "cluster-ip")) {
          String levels = "services=5,protocol=udp,position=middle,ip-family=%s,access=%s";
          all.add(treatment(plane, levels.formatted(family, access)));
        }
      }
    }
    Testbed testbed =
        provider().open(request(runId(), work, Map.of(), all.toArray(new Treatment[0])));
    return Stream.of(1, 2)
        .flatMap(
            round ->
                all.stream()
                    .map(
                        treatment ->
                            DynamicTest.dynamicTest(
                                treatment.id() + " " + round, () -> datagrams(testbed, treatment))))
        .onClose(testbed::close);
  }

  private static void datagrams(Testbed testbed, Treatment treatment) throws Exception {
    try (Scene scene = testbed.prepare(treatment)) {
      assertEquals("udp", scene.protocol());
      Map<String, Long> before = scene.counters();
      String port = Integer.toString(scene.target().getPort());
      Command server =
          Command.of("python3", "-c", UDP_SERVER, scene.listen().getAddress().getHostAddress());
      try (var echo =
          scene.server().remote().start(server.and(Integer.toString(scene.listen().getPort())))) {
        assertEquals('r', echo.out().read(), echo.err());
        Command client =
            Command.of(
                "python3", "-c", UDP_CLIENT, scene.target().getAddress().getHostAddress(), port);
        Result result = scene.client().remote().run(client, LIMIT);
        assertTrue(result.ok(), result.err());
      }
      Traffic traffic = new Traffic(10, 30, 30, 30, 30, Duration.ofSeconds(1));
      Attestation attestation = scene.attest(before, scene.counters(), traffic);
      assertTrue(attestation.attested(), attestation.reason());
    }
  }

  @TestFactory
  Stream<DynamicTest> servicesChangeAndComeBack(@TempDir Path work) {
    return DataPlanes.names().stream()
        .filter(plane -> !plane.equals("none"))
        .map(plane -> DynamicTest.dynamicTest(plane, () -> changes(plane, work)));
  }

  private void changes(String plane, Path work) throws Exception {
    Treatment five = treatment(plane, "services=5,position=last");
    Treatment nine = treatment(plane, "services=9,position=last");
    Treatment two = treatment(plane, "services=2,access=cluster-ip");
    try (Testbed testbed = provider().open(request(runId(), work, Map.of(), five, nine, two))) {
      for (Treatment treatment : List.of(five, nine, two, five)) {
        try (Scene scene = testbed.prepare(treatment)) {
          attested(scene);
        }
      }
      try (Scene scene = testbed.prepare(five)) {
        Map<String, Action> actions = scene.actions();
        assertEquals(
            List.of("compile", "load", "add-service", "remove-service", "change-endpoint"),
            List.copyOf(actions.keySet()));
        assertEquals(5, act(scene, "compile"));
        assertEquals(5, act(scene, "load"));
        assertEquals(6, act(scene, "add-service"));
        assertEquals(7, act(scene, "add-service"));
        assertEquals(6, act(scene, "remove-service"));
        assertEquals(5, act(scene, "remove-service"));
        assertEquals(4, act(scene, "remove-service"));
        attested(scene);
        assertEquals(4, act(scene, "change-endpoint"));
        Map<String, Long> before = scene.counters();
        attested(new OtherBackend(scene));
        Map<String, Long> after = scene.counters();
        assertTrue(delta(before, after, "net.pod-b.eth0.packets") > Echo.MESSAGES);
        assertTrue(delta(before, after, "net.pod-a.eth0.packets") < 20);
      }
      try (Scene scene = testbed.prepare(five)) {
        attested(scene);
        assertEquals(5, scene.counters().get("services.counted"));
      }
    }
  }

  private static long delta(Map<String, Long> before, Map<String, Long> after, String name) {
    return after.get(name) - before.get(name);
  }

  /** Performs an action; how many Services the kernel has afterwards. */
  private static long act(Scene scene, String name) throws Exception {
    long start = System.nanoTime();
    Action.Span span = scene.actions().get(name).perform();
    assertTrue(start <= span.startNanos() && span.startNanos() <= span.endNanos());
    assertTrue(span.endNanos() <= System.nanoTime());
    Map<String, Long> counters = scene.counters();
    assertEquals(counters.get("services.asked"), counters.get("services.counted"));
    return counters.get("services.counted");
  }

  private static void attested(Scene scene) throws Exception {
    Map<String, Long> before = scene.counters();
    Traffic traffic = Echo.exchange(scene);
    Attestation attestation = scene.attest(before, scene.counters(), traffic);
    assertTrue(attestation.attested(), attestation.reason());
  }

  /** Endpoints beyond the first are other addresses of the same pod. */
  @Test
  void everyEndpointIsReached(@TempDir Path work) throws Exception {
    Treatment treatment = treatment("nftables", "services=2,ip-family=ipv6");
    try (Testbed testbed =
            provider().open(request(runId(), work, Map.of("endpoints", "3"), treatment));
        Scene scene = testbed.prepare(treatment)) {
      assertTrue(scene.listen().getAddress().isAnyLocalAddress());
      for (int i = 0; i < 8; i++) {
        attested(scene);
      }
    }
  }

  /** Whatever it was doing, in the middle of a load of 20,000 Services included. */
  @ParameterizedTest
  @ValueSource(strings = {"nftables", "iptables-nft", "iptables-legacy"})
  void killedInTheMiddleOfALoadLeavesNothing(String plane, @TempDir Path work) throws Exception {
    String id = runId();
    Treatment treatment = treatment(plane, "services=20000");
    Process child = ChildJvm.start(provider(), request(id, work, Map.of(), treatment));
    try {
      String worker = "w1-" + plane + "-tcp-local";
      Path procs = Cgroups.root().orElseThrow().resolve(id + "/" + worker + "/proxy/cgroup.procs");
      long loading = 0;
      while (loading < 20) {
        assertTrue(child.isAlive(), "it ended before it loaded");
        // The same tool also makes what stands before any Service: short, and that is not meant.
        loading = loads(procs) ? loading + 1 : 0;
        Thread.sleep(1);
      }
    } finally {
      child.destroyForcibly().waitFor();
    }
    assertFalse(Remains.of(id).isEmpty());
    assertFalse(provider().clean().isEmpty());
    assertEquals(List.of(), Remains.of(id));
  }

  private static boolean loads(Path procs) {
    try {
      for (String pid : Files.readAllLines(procs)) {
        String name = Files.readString(Path.of("/proc", pid, "comm"));
        if (name.startsWith("nft") || name.contains("tables")) {
          return true;
        }
      }
    } catch (IOException e) {
      // Not there yet, or it has just ended.
    }
    return false;
  }

  @Test
  void partsTellWhatStands(@TempDir Path work) throws Exception {
    Treatment treatment = treatment("nftables", "services=1");
    try (Testbed testbed =
        provider().open(request(runId(), work, Map.of("link-mbit", "12.5"), treatment))) {
      Map<String, String> parts = testbed.parts();
      assertTrue(parts.get("links").contains("12.5 Mbit/s each way"), parts.toString());
      assertEquals("1: nftables-tcp-local", parts.get("workers"));
      assertTrue(parts.get("tool tc").contains("iproute2"), parts.toString());
      assertTrue(parts.get("testbed").contains(System.getProperty("os.version")));
      parts.forEach((name, part) -> assertEquals(1, part.lines().count(), name));
    }
  }
}
