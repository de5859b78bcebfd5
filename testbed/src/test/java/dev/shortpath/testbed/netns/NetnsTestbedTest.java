package dev.shortpath.testbed.netns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Result;
import dev.shortpath.harness.testbed.Running;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.Testbed;
import dev.shortpath.harness.testbed.TestbedProvider;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.Sabotage;
import dev.shortpath.testbed.TestbedContract;
import dev.shortpath.testbed.idle.Idle;
import dev.shortpath.testbed.remote.Launcher;
import dev.shortpath.testbed.remote.LocalProcess;
import dev.shortpath.testbed.tool.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract, held by {@code netns} with topology {@code pods}. Needs root. */
@Tag("netns")
class NetnsTestbedTest extends TestbedContract {
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
    return "pods";
  }

  @Override
  protected List<Treatment> treatments() {
    List<Treatment> all = new ArrayList<>();
    Map<String, List<String>> factors = provider().factors(topology());
    for (String mesh : factors.get("mesh")) {
      for (String shortcut : factors.get("shortcut")) {
        for (String placement : factors.get("placement")) {
          for (String family : factors.get("ip-family")) {
            all.add(treatment(mesh, shortcut, placement, family));
          }
        }
      }
    }
    if (Idle.AWAKE.missing().isEmpty()) {
      all.add(awake());
    }
    return all;
  }

  private static Treatment treatment(
      String mesh, String shortcut, String placement, String family) {
    Map<String, String> levels = new LinkedHashMap<>();
    levels.put("mesh", mesh);
    levels.put("shortcut", shortcut);
    levels.put("placement", placement);
    levels.put("ip-family", family);
    return new Treatment(levels);
  }

  private static Treatment awake() {
    Map<String, String> levels = new LinkedHashMap<>(treatment("none", "sockmap").levels());
    levels.put("idle", "awake");
    return new Treatment(levels);
  }

  private static Treatment treatment(String mesh, String shortcut) {
    return treatment(mesh, shortcut, "one-node", "ipv4");
  }

  @Override
  protected Treatment richest() {
    return treatment("ambient", "sockmap", "two-nodes", "ipv4");
  }

  @Override
  protected List<Sabotage> sabotages() {
    List<String> none = List.of();
    return List.of(
        new Sabotage(
            "agent killed", treatment("none", "sockmap"), kill("agent"), none, "agent of node n1"),
        new Sabotage(
            "a program whose sockets the agent leaves alone",
            treatment("none", "sockmap"),
            (scene, id) -> () -> {},
            List.of("--blocking"),
            "the agent paired 0 of 1 connections"),
        new Sabotage(
            "a stranger's agent on the whole host",
            treatment("none", "off"),
            this::strangersAgent,
            none,
            "carried"),
        new Sabotage(
            "ambient: rules flushed in the client pod",
            treatment("ambient", "off"),
            flush("client-ambient-1"),
            none,
            "accepted 0 connections"),
        new Sabotage(
            "sidecar: rules flushed in the client pod",
            treatment("sidecar", "off"),
            flush("client-sidecar-1"),
            none,
            "accepted 0 connections"),
        new Sabotage(
            "sidecar: rules flushed in the server pod",
            treatment("sidecar", "off"),
            flush("server-sidecar-1"),
            none,
            "got 0 echoes"),
        new Sabotage(
            "node proxy killed",
            treatment("ambient", "off"),
            kill("n1/proxy"),
            none,
            "HAProxy of node n1 died"),
        new Sabotage(
            "sidecar killed",
            treatment("sidecar", "off"),
            kill("n1/server-sidecar-1/proxy"),
            none,
            "Envoy of server-sidecar-1 died"),
        new Sabotage(
            "another program keeps processors awake",
            treatment("none", "off"),
            (scene, id) -> Idle.AWAKE.begin(),
            none,
            "another program kept the processors awake"));
  }

  private Sabotage.Deed kill(String cgroup) {
    return (scene, id) -> {
      Path directory = Cgroups.root().orElseThrow().resolve(id).resolve(cgroup);
      Cgroups.kill(directory);
      Thread.sleep(50);
      return () -> {};
    };
  }

  private Sabotage.Deed flush(String pod) {
    return (scene, id) -> {
      String ip = tools.locate("ip").toString();
      List<String> command =
          List.of(
              ip,
              "netns",
              "exec",
              "sp-" + id + "-" + pod,
              "nft",
              "flush",
              "table",
              "inet",
              "shortpath");
      Result result = LocalProcess.run("nft", command, "", LIMIT);
      if (!result.ok()) {
        throw new IllegalStateException(result.err());
      }
      return () -> {};
    };
  }

  private AutoCloseable strangersAgent(Scene scene, String id) throws Exception {
    LocalProcess agent =
        LocalProcess.start(
            "a stranger's agent",
            List.of(
                tools.locate("shortpath-agent").toString(), "attach", "--name", "stranger-" + id));
    if (agent.out().read() < 0) {
      throw new IllegalStateException(agent.err());
    }
    return agent;
  }

  /** A client outside the mesh, in the node's own namespace, reaches the server in plaintext. */
  @Test
  void aNamespaceOfSomebodyElseIsLeftAlone() throws Exception {
    String foreign = "sp-nobody-n1";
    String ip = tools.locate("ip").toString();
    assertTrue(LocalProcess.run("ip", List.of(ip, "netns", "add", foreign), "", LIMIT).ok());
    try {
      assertEquals(List.of(), provider().clean());
      assertTrue(Files.exists(Path.of("/run/netns", foreign)));
    } finally {
      assertTrue(LocalProcess.run("ip", List.of(ip, "netns", "del", foreign), "", LIMIT).ok());
    }
  }

  /** Its own {@code /run} hides its state, a shared cgroup2 shows its processes. */
  @Test
  void aRunOfAnotherContainerIsNotCleanedAwayAndOccupiesTheMachine(@TempDir Path work)
      throws Exception {
    String id = runId();
    Path cgroup = Cgroups.root().orElseThrow().resolve(id);
    Cgroups.make(cgroup);
    TestbedRequest request =
        new TestbedRequest(runId(), topology(), Map.of(), List.of(treatment("none", "off")), work);
    try (Running running =
        LocalProcess.start(
            "its process", Launcher.into(tools, cgroup).command("sleep", List.of("60")))) {
      while (!Cgroups.populated(cgroup)) {
        assertTrue(running.alive());
        Thread.sleep(1);
      }
      assertEquals(List.of(), provider().clean());
      List<String> missing = provider().missing(request);
      assertEquals(1, missing.size(), missing.toString());
      assertTrue(missing.get(0).contains("(cgroup " + cgroup + ")"), missing.get(0));
      assertTrue(running.alive());
    } finally {
      Cgroups.kill(cgroup);
    }
    assertEquals(List.of("cgroup " + cgroup), provider().clean(), "it is empty, so nobody's");
    assertEquals(List.of(), provider().missing(request));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ambient", "sidecar"})
  void meshesTakePlaintextFromOutside(String mesh, @TempDir Path work) throws Exception {
    String id = runId();
    for (String family : List.of("ipv4", "ipv6")) {
      Treatment treatment = treatment(mesh, "off", "one-node", family);
      TestbedRequest request =
          new TestbedRequest(id, topology(), Map.of(), List.of(treatment), work);
      try (Testbed testbed = provider().open(request);
          Scene scene = testbed.prepare(treatment)) {
        String at = scene.listen().getAddress().getHostAddress();
        at = (family.equals("ipv6") ? "[" + at + "]" : at) + ":" + scene.listen().getPort();
        Map<String, Long> before = scene.counters();
        try (Running server =
            scene.server().remote().start(Command.of("pingecho", "server", "--listen", at))) {
          assertEquals('l', server.out().read());
          List<String> client =
              List.of(
                  tools.locate("shortpath-enter").toString(),
                  "--netns",
                  "sp-" + id + "-n1",
                  "--",
                  tools.locate("pingecho").toString(),
                  "client",
                  "--connect",
                  at,
                  "--count",
                  "5",
                  "--interval-us",
                  "100");
          Result result = LocalProcess.run("client", client, "", LIMIT);
          assertTrue(result.ok(), result.err());
        }
        Map<String, Long> after = scene.counters();
        String plain = "proxy." + mesh + ".server-" + mesh + "-1.plain.connections";
        assertEquals(1, after.get(plain) - before.get(plain), after.toString());
      }
    }
  }

  /** Whoever has no certificate of the mesh does not get through the tunnel's end. */
  @ParameterizedTest
  @CsvSource({"ambient, 15008", "sidecar, 17000"})
  void meshesRefuseStrangers(String mesh, int port, @TempDir Path work) throws Exception {
    String id = runId();
    Treatment treatment = treatment(mesh, "off");
    TestbedRequest request = new TestbedRequest(id, topology(), Map.of(), List.of(treatment), work);
    try (Testbed testbed = provider().open(request);
        Scene scene = testbed.prepare(treatment)) {
      String host = scene.listen().getAddress().getHostAddress();
      List<String> client =
          List.of(
              tools.locate("shortpath-enter").toString(),
              "--netns",
              "sp-" + id + "-n1",
              "--",
              tools.locate("openssl").toString(),
              "s_client",
              "-connect",
              host + ":" + port,
              "-servername",
              "17000." + host,
              "-alpn",
              "istio",
              "-ign_eof");
      Result result = LocalProcess.run("openssl", client, "x", LIMIT);
      String server = "server-" + mesh + "-1";
      assertTrue(result.err().contains("CN = " + server), "the mesh's end: " + result.err());
      assertTrue(result.err().contains(":error:"), "it was closed: " + result.err());
      String passed = "proxy." + mesh + "." + server + ".inbound.bytes-to-server";
      assertEquals(0, scene.counters().get(passed), "bytes passed on to the server");
    }
  }

  @Test
  void missesTheProgramsOfTheWorkloads(@TempDir Path work) {
    List<String> programs = List.of("pingecho", "no-such-program", "ip", "no-such-program");
    TestbedRequest request =
        new TestbedRequest(
            runId(), topology(), Map.of(), List.of(treatment("none", "off")), programs, work);
    assertEquals(
        List.of("program no-such-program is missing: put it on the PATH"),
        provider().missing(request));
  }

  /** What ran can be told from a later build. */
  @Test
  void partsTellTheBinaries(@TempDir Path work) throws Exception {
    List<Treatment> all = List.of(treatment("ambient", "off"), treatment("sidecar", "sockmap"));
    TestbedRequest request =
        new TestbedRequest(runId(), topology(), Map.of(), all, List.of("pingecho"), work);
    Map<String, String> parts;
    try (Testbed testbed = provider().open(request)) {
      parts = testbed.parts();
    }
    assertEquals(
        List.of(
            "mesh ambient",
            "mesh sidecar",
            "program pingecho",
            "program shortpath-enter",
            "shortcut sockmap",
            "testbed"),
        List.copyOf(parts.keySet()));
    assertEquals("SHA-256 " + sha256("pingecho"), parts.get("program pingecho"));
    assertEquals("SHA-256 " + sha256("shortpath-enter"), parts.get("program shortpath-enter"));
    String agent = parts.get("shortcut sockmap");
    assertTrue(agent.matches("shortpath-agent [0-9][^ ,]*, SHA-256 [0-9a-f]{64}"), agent);
    assertTrue(agent.endsWith(sha256("shortpath-agent")), agent);
    String envoy = parts.get("mesh sidecar");
    assertTrue(envoy.matches("Envoy [0-9.]+[^ ,]*, SHA-256 [0-9a-f]{64}, one in .*"), envoy);
    String haproxy = parts.get("mesh ambient");
    assertTrue(haproxy.matches("HAProxy version [0-9.]+.* as a stand-in for ztunnel.*"), haproxy);
    parts.forEach((name, part) -> assertEquals(1, part.lines().count(), name));
  }

  /** By another program than the one that the testbed computes it with. */
  private String sha256(String program) throws Exception {
    List<String> command =
        List.of(tools.locate("sha256sum").toString(), tools.locate(program).toString());
    return LocalProcess.run("sha256sum", command, "", LIMIT).out().split(" ")[0];
  }

  @Test
  void nobodyElseReadsPrivateKeys(@TempDir Path work) throws Exception {
    String id = runId();
    List<Treatment> all = List.of(treatment("ambient", "off"), treatment("sidecar", "off"));
    Map<String, Integer> owners = new TreeMap<>();
    try (Testbed testbed =
            provider().open(new TestbedRequest(id, topology(), Map.of(), all, work));
        Stream<Path> files = Files.walk(StateDirectory.of(id))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (Files.readString(file).contains("PRIVATE KEY")) {
          String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
          assertEquals("rw-------", mode, file.toString());
          String name = StateDirectory.of(id).relativize(file).toString();
          owners.put(name, (Integer) Files.getAttribute(file, "unix:uid"));
        }
      }
    }
    assertEquals(10, owners.size(), "an authority's, two keys and two bundles each: " + owners);
    assertEquals(1337, owners.get("sidecar/client-sidecar-1.key"));
    assertEquals(0, owners.get("ambient/client-ambient-1.pem"));
  }

  @Test
  void noBpfProgramRemains(@TempDir Path work) throws Exception {
    String id = runId();
    TestbedRequest request = new TestbedRequest(id, topology(), Map.of(), List.of(richest()), work);
    Set<Integer> programs;
    try (Testbed testbed = provider().open(request)) {
      try (Scene scene = testbed.prepare(richest())) {
        Path agents = Cgroups.root().orElseThrow().resolve(id).resolve("agent/cgroup.procs");
        Set<String> pids = Set.copyOf(Files.readAllLines(agents));
        assertEquals(2, pids.size(), "an agent a node: " + scene.cgroups());
        programs = programsOf(pids);
        assertTrue(programs.size() >= 4, "sockops and sk_msg of each: " + programs);
      }
    }
    // The kernel frees them a little later.
    long end = System.nanoTime() + 5_000_000_000L;
    Set<Integer> left = new TreeSet<>(programs);
    while (!left.isEmpty() && System.nanoTime() < end) {
      Thread.sleep(20);
      left.retainAll(allPrograms());
    }
    assertEquals(Set.of(), left);
  }

  private Set<Integer> allPrograms() throws Exception {
    Set<Integer> ids = new TreeSet<>();
    bpftool().forEach(program -> ids.add(program.path("id").asInt()));
    return ids;
  }

  private JsonNode bpftool() throws Exception {
    String bpftool = tools.locate("bpftool").toString();
    Result result = LocalProcess.run("bpftool", List.of(bpftool, "-j", "prog", "show"), "", LIMIT);
    return new ObjectMapper().readTree(result.out());
  }

  /** The programs whose descriptors those processes hold, and those of their links. */
  private static Set<Integer> programsOf(Set<String> pids) throws IOException {
    Set<Integer> ids = new TreeSet<>();
    for (String pid : pids) {
      for (String fd : Remains.list(Path.of("/proc", pid, "fdinfo")).toList()) {
        for (String line : Files.readAllLines(Path.of("/proc", pid, "fdinfo", fd))) {
          if (line.startsWith("prog_id:")) {
            ids.add(Integer.parseInt(line.substring("prog_id:".length()).strip()));
          }
        }
      }
    }
    return ids;
  }

  @Override
  protected List<String> remains(String runId) {
    return Remains.of(runId);
  }
}
