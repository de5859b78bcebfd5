package dev.shortpath.testbed.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.Testbed;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.testbed.netns.NetnsProvider;
import dev.shortpath.testbed.remote.Launcher;
import dev.shortpath.testbed.remote.PlacedRemote;
import dev.shortpath.testbed.tool.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A testbed of the gate's tests, its pods reachable by name. Closing it asserts that nothing of it
 * is left: no namespace, cgroup, directory, process or BPF program.
 */
final class World implements AutoCloseable {
  private static final AtomicInteger RUNS = new AtomicInteger();
  private static final Duration LIMIT = Duration.ofSeconds(10);

  final String runId;
  final Path work;
  final BpfPrograms programs = new BpfPrograms();
  private final Testbed testbed;
  private Path cgroup;

  private World(String runId, Path work, Testbed testbed) {
    this.runId = runId;
    this.work = work;
    this.testbed = testbed;
  }

  /** Skips the test, with the reason, on a machine that cannot have such a world. */
  static void assumePossible() {
    assumeTrue(
        "root".equals(System.getProperty("user.name")), "network namespaces need root: use sudo");
    List<String> missing =
        new NetnsProvider()
            .missing(
                new TestbedRequest(
                    "tgate0",
                    "pods",
                    Map.of(),
                    List.of(treatment("none", "sockmap", "ipv4")),
                    Path.of("/tmp")));
    assumeTrue(missing.isEmpty(), String.join("; ", missing));
  }

  /** Sets one up for all these treatments. */
  static World open(Path work, Treatment... treatments)
      throws TestbedException, InterruptedException {
    long number = ProcessHandle.current().pid() * 100 + RUNS.incrementAndGet();
    String digits = "00000" + Long.toString(number, 36);
    String runId = "g" + digits.substring(digits.length() - 5);
    TestbedRequest request = new TestbedRequest(runId, "pods", Map.of(), List.of(treatments), work);
    return new World(runId, work, new NetnsProvider().open(request));
  }

  static Treatment treatment(String mesh, String shortcut, String family) {
    return treatment(mesh, shortcut, family, "one-node");
  }

  static Treatment treatment(String mesh, String shortcut, String family, String placement) {
    Map<String, String> levels = new LinkedHashMap<>();
    levels.put("mesh", mesh);
    levels.put("shortcut", shortcut);
    levels.put("ip-family", family);
    levels.put("placement", placement);
    return new Treatment(levels);
  }

  /** Puts a treatment in force; the programs of its agent are remembered. */
  Scene prepare(Treatment treatment) throws Exception {
    Scene scene = testbed.prepare(treatment);
    cgroup = scene.cgroups().get("client").getParent().getParent().getParent();
    Path agents = cgroup.resolve("agent/cgroup.procs");
    Set<Long> pids =
        Files.readAllLines(agents).stream().map(Long::valueOf).collect(Collectors.toSet());
    if (!pids.isEmpty()) {
      programs.remember(pids);
    }
    return scene;
  }

  /** The run's cgroup; a scene must have been prepared. */
  Path cgroup() {
    return cgroup;
  }

  /** In a pod's or node's namespace and in a cgroup that no agent of a node sees. */
  PlacedRemote admin(String place) {
    return in("admin", place);
  }

  /** In a pod's or node's namespace and in a cgroup of the run. */
  PlacedRemote in(String cgroupBelowRun, String place) {
    Launcher launcher = Launcher.into(Tools.here(), cgroup.resolve(cgroupBelowRun));
    return new PlacedRemote(place, launcher.netns("sp-" + runId + "-" + place));
  }

  /** Starts an agent of the test's own, with options; its programs are remembered. */
  OwnAgent agent(String... options) throws Exception {
    return OwnAgent.start(this, options);
  }

  /** Loads packet filter rules into a namespace. */
  void nft(String place, String rules) throws Exception {
    admin(place).feed(Command.of("nft", "-f", "-"), rules, LIMIT);
  }

  /** Changes a namespace by {@code ip}, a line each. */
  void ip(String place, String... lines) throws Exception {
    ip(place, false, lines);
  }

  /** Changes a namespace by {@code ip} or {@code ip -6}, a line each. */
  void ip(String place, boolean six, String... lines) throws Exception {
    Command command = Command.of("ip", six ? "-6" : "-4", "-batch", "-");
    admin(place).feed(command, String.join("\n", lines) + "\n", LIMIT);
  }

  @Override
  public void close() {
    assertFalse(remains().isEmpty(), "the test would not see what is left");
    testbed.close();
    assertEquals(List.of(), remains(), "left behind");
    try {
      assertEquals(Set.of(), programs.left(), "BPF programs left behind");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private List<String> remains() {
    List<String> found = new ArrayList<>();
    list(Path.of("/run/netns")).filter(n -> n.startsWith("sp-" + runId)).forEach(found::add);
    list(Path.of("/run/shortpath")).filter(runId::equals).forEach(n -> found.add("state " + n));
    if (cgroup != null && Files.exists(cgroup)) {
      found.add(cgroup.toString());
    }
    list(Path.of("/proc")).filter(this::belongs).forEach(p -> found.add("process " + p));
    return found;
  }

  private boolean belongs(String pid) {
    try {
      String line = Files.readString(Path.of("/proc", pid, "cmdline"));
      String cgroups = Files.readString(Path.of("/proc", pid, "cgroup"));
      return cgroups.contains("/shortpath/" + runId + "/") || line.contains("sp-" + runId);
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }

  private static Stream<String> list(Path directory) {
    String[] names = directory.toFile().list();
    return names == null ? Stream.empty() : Stream.of(names);
  }
}
