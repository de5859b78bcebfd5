package dev.shortpath.testbed.netns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Action;
import dev.shortpath.harness.testbed.Attestation;
import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.Testbed;
import dev.shortpath.harness.testbed.TestbedException;
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
import dev.shortpath.testbed.idle.Idle;
import dev.shortpath.testbed.remote.LocalProcess;
import dev.shortpath.testbed.servicepath.Position;
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
import java.util.Set;
import java.util.TreeSet;
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
import org.junit.jupiter.params.provider.CsvSource;

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
    if (Idle.AWAKE.missing().isEmpty()) {
      all.add(treatment("ebpf", "services=1,protocol=tcp,idle=awake"));
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
            "another program keeps processors awake",
            treatment("ebpf", "services=1"),
            (scene, id) -> Idle.AWAKE.begin(),
            none,
            "another program kept the processors awake"),
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
            "the kernel held 2 of 3 Services of iptables-legacy after the traffic"),
        new Sabotage(
            "iptables-legacy: another Service's NodePort gone",
            treatment("iptables-legacy", "services=3,position=last"),
            tool(
                "w1-iptables-legacy-tcp-local",
                "ip6tables-legacy",
                "-t",
                "nat",
                "-D",
                "KUBE-NODEPORTS",
                "1"),
            none,
            "the kernel held 2 of 3 Services of iptables-legacy after the traffic"),
        new Sabotage(
            "iptables-nft: another Service's rules gone",
            treatment("iptables-nft", "services=3,position=last"),
            tool(
                "w1-iptables-nft-tcp-local",
                "iptables-nft",
                "-t",
                "nat",
                "-D",
                "KUBE-SERVICES",
                "1"),
            none,
            "the kernel held 2 of 3 Services of iptables-nft after the traffic"),
        new Sabotage(
            "nftables: another Service's ClusterIP gone",
            treatment("nftables", "services=3,position=last"),
            nft(
                "w1-nftables-tcp-local",
                "delete element ip6 kube-proxy service-ips" + " { fd00:10:96::10 . tcp . 30000 }"),
            none,
            "the kernel held 2 of 3 Services of nftables after the traffic"),
        new Sabotage(
            "nftables: another Service's NodePort gone",
            treatment("nftables", "services=3,position=last"),
            nft(
                "w1-nftables-tcp-local",
                "delete element ip kube-proxy service-nodeports { tcp . 30000 }"),
            none,
            "the kernel held 2 of 3 Services of nftables after the traffic"),
        new Sabotage(
            "ebpf: its program was killed, and took the packet path with it",
            treatment("ebpf", "services=3"),
            (scene, id) -> {
              Path worker = Cgroups.root().orElseThrow().resolve(id + "/w1-ebpf-tcp-local/proxy");
              Cgroups.kill(worker);
              return () -> {};
            },
            none,
            "shortpath-lb died"));
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

  /** The first count of a trial may be the last one of the trial before. */
  @Test
  void whatIsTakenAwayBetweenTrialsIsMissed(@TempDir Path work) throws Exception {
    Treatment treatment = treatment("nftables", "services=3,position=last");
    String id = runId();
    try (Testbed testbed = provider().open(request(id, work, Map.of(), treatment))) {
      try (Scene scene = testbed.prepare(treatment)) {
        attested(scene);
      }
      try (Scene scene = testbed.prepare(treatment)) {
        nft(
                "w1-nftables-tcp-local",
                "delete element ip kube-proxy service-nodeports { tcp . 30000 }")
            .doTo(scene, id);
        Map<String, Long> before = scene.counters();
        Traffic traffic = Echo.exchange(scene);
        Attestation attestation = scene.attest(before, scene.counters(), traffic);
        assertFalse(attestation.attested());
        assertTrue(attestation.reason().contains("held 2 of 3"), attestation.reason());
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

  /** kube-proxy's rules would hide that process; whoever started it would be measured. */
  @TestFactory
  Stream<DynamicTest> nodePortHeldOnTheWorkerIsTold(@TempDir Path work) {
    assertEquals(List.of(), tools.missing("python3"));
    return Stream.of("tcp", "udp")
        .flatMap(p -> Stream.of("AF_INET", "AF_INET6").map(f -> List.of(p, f)))
        .map(c -> DynamicTest.dynamicTest("" + c, () -> heldPort(c.get(0), c.get(1), work)));
  }

  private void heldPort(String protocol, String family, Path work) throws Exception {
    Treatment treatment = treatment("nftables", "services=3,protocol=" + protocol);
    String id = runId();
    try (Testbed testbed = provider().open(request(id, work, Map.of(), treatment))) {
      List<String> command =
          List.of(
              tools.locate("shortpath-enter").toString(),
              "--netns",
              RunNames.netns(id, "w1-nftables-" + protocol + "-local"),
              "--",
              tools.locate("python3").toString(),
              "-c",
              HOLDER.formatted(family, protocol.equals("tcp") ? "SOCK_STREAM" : "SOCK_DGRAM"));
      try (LocalProcess holder = LocalProcess.start("holder", command)) {
        assertEquals('r', holder.out().read(), holder.err());
        TestbedException e = assertThrows(TestbedException.class, () -> testbed.prepare(treatment));
        assertTrue(
            e.getMessage()
                .startsWith("NodePort 30001 " + protocol + " is held by a process on w1-"),
            e.getMessage());
        assertEquals(1, e.getMessage().lines().count());
      }
      testbed.prepare(treatment).close();
    }
  }

  private static final String HOLDER =
      """
import socket, time
for port in (30001, 30003):
    s = socket.socket(socket.%s, socket.%s)
    s.bind(('', port))
    if s.type == socket.SOCK_STREAM:
        s.listen()
    globals()[port] = s
print('ready', flush=True)
time.sleep(60)
""";

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

  /** Whatever it was doing, in the middle of a load included. */
  @ParameterizedTest
  @CsvSource({"nftables, 20000", "iptables-nft, 20000", "iptables-legacy, 20000", "ebpf, 100000"})
  void killedInTheMiddleOfALoadLeavesNothing(String plane, int services, @TempDir Path work)
      throws Exception {
    String id = runId();
    Set<String> bpf = new TreeSet<>();
    Treatment treatment = treatment(plane, "services=" + services);
    Process child = ChildJvm.start(provider(), Map.of(), request(id, work, Map.of(), treatment));
    try {
      String worker = "w1-" + plane + "-tcp-local";
      Path procs = Cgroups.root().orElseThrow().resolve(id + "/" + worker + "/proxy/cgroup.procs");
      Path socket = StateDirectory.of(id).resolve("w1/ebpf.sock");
      long loading = 0;
      while (loading < (plane.equals("ebpf") ? 5 : 20)) {
        assertTrue(child.isAlive(), "it ended before it loaded");
        // The same tool also makes what stands before any Service: short, and that is not meant.
        boolean ready = !plane.equals("ebpf") || Files.exists(socket);
        loading = ready && loads(procs) ? loading + 1 : 0;
        Thread.sleep(1);
      }
      bpf.addAll(bpfObjects(procs));
    } finally {
      child.destroyForcibly().waitFor();
    }
    assertFalse(Remains.of(id).isEmpty());
    assertFalse(provider().clean().isEmpty());
    assertEquals(List.of(), Remains.of(id));
    assertEquals(plane.equals("ebpf"), !bpf.isEmpty(), "the test would not see BPF objects");
    // The kernel frees them a moment after their last user is gone.
    long end = System.nanoTime() + LIMIT.toNanos();
    while (bpfObjects().stream().anyMatch(bpf::contains) && System.nanoTime() < end) {
      Thread.sleep(10);
    }
    bpf.retainAll(bpfObjects());
    assertEquals(Set.of(), bpf);
  }

  /** Programs, maps and links of a process, as {@code prog 17}. */
  private static Set<String> bpfObjects(Path procs) throws IOException {
    Set<String> found = new TreeSet<>();
    for (String pid : Files.readAllLines(procs)) {
      for (Path fd :
          Remains.list(Path.of("/proc", pid, "fdinfo"))
              .map(f -> Path.of("/proc", pid, "fdinfo", f))
              .toList()) {
        Files.readString(fd)
            .lines()
            .filter(line -> line.matches("(prog|map|link)_id:\\s+\\d+"))
            .map(line -> line.replaceAll("_id:\\s+", " "))
            .forEach(found::add);
      }
    }
    return found;
  }

  /** Likewise, all of this machine. */
  private Set<String> bpfObjects() throws Exception {
    assertEquals(List.of(), tools.missing("bpftool"));
    Set<String> all = new TreeSet<>();
    for (String kind : List.of("prog", "map", "link")) {
      List<String> list = List.of(tools.locate("bpftool").toString(), "-j", kind);
      String text = LocalProcess.run("bpftool", list, "", LIMIT).out();
      new ObjectMapper().readTree(text).forEach(o -> all.add(kind + " " + o.path("id").asInt()));
    }
    return all;
  }

  private static boolean loads(Path procs) {
    try {
      for (String pid : Files.readAllLines(procs)) {
        String name = Files.readString(Path.of("/proc", pid, "comm"));
        boolean busy = Files.readString(Path.of("/proc", pid, "stat")).contains(") R ");
        if (name.startsWith("nft")
            || name.contains("tables")
            || (name.startsWith("shortpath-lb") && busy)) {
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
      List<String> ask = List.of("sysctl", "-n", "net.netfilter.nf_conntrack_max");
      String most = LocalProcess.run("sysctl", ask, "", Duration.ofSeconds(10)).out().strip();
      assertEquals(
          "at most " + most + " flows a worker (the host's setting)", parts.get("conntrack"));
      assertTrue(parts.get("links").contains("12.5 Mbit/s each way"), parts.toString());
      assertEquals("1: nftables-tcp-local", parts.get("workers"));
      assertTrue(parts.get("tool tc").contains("iproute2"), parts.toString());
      assertTrue(parts.get("testbed").contains(System.getProperty("os.version")));
      parts.forEach((name, part) -> assertEquals(1, part.lines().count(), name));
    }
  }
}
