package dev.shortpath.testbed.gate;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.testbed.remote.LocalProcess;
import dev.shortpath.testbed.tool.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The correctness gate: a program sees with the shortcut what it sees without it, on every path and
 * by both address families; what remains different stands in {@link Difference}. Needs root.
 */
@Tag("netns")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AgentGateTest {
  private static final Map<String, String> MESHES = Map.of("none", "direct");

  /** Ports of the hops' passive ends. */
  private static final Map<String, List<String>> HOPS =
      Map.of(
          "none", List.of("17000"),
          "ambient", List.of("15001", "15008", "17000"),
          "sidecar", List.of("15001", "15006", "17000"));

  @TempDir static Path work;

  private World world;
  private Run open;
  private List<String> cases;

  @BeforeAll
  void setUp() throws Exception {
    World.assumePossible();
    cases =
        LocalProcess.run("gate", List.of(Gate.program(), "list"), "", Duration.ofSeconds(5))
            .out()
            .lines()
            .map(line -> line.split(" ")[0])
            .toList();
    List<Treatment> all = new ArrayList<>();
    for (String mesh : List.of("none", "ambient", "sidecar")) {
      for (String family : List.of("ipv4", "ipv6")) {
        for (String shortcut : List.of("off", "sockmap")) {
          all.add(World.treatment(mesh, shortcut, family));
        }
      }
    }
    world = World.open(work, all.toArray(new Treatment[0]));
  }

  @AfterAll
  void nothingIsLeft() {
    if (open != null) {
      open.close();
    }
    if (world != null) {
      world.close();
    }
  }

  @TestFactory
  Stream<DynamicNode> gate() {
    List<DynamicNode> paths = new ArrayList<>();
    for (String mesh : List.of("none", "ambient", "sidecar")) {
      for (String family : List.of("ipv4", "ipv6")) {
        Run run = new Run(mesh, family, Trial.of(cases));
        paths.add(DynamicContainer.dynamicContainer(mesh + " " + family, run.tests()));
      }
    }
    return paths.stream();
  }

  @Test
  void differencesAreTold() throws Exception {
    String told = Files.readString(docs("compatibility.md"));
    assertTrue(told.contains(Difference.SPLICE), "docs/compatibility.md is silent about splice");
    for (Difference difference : Difference.REMAINING) {
      assertTrue(
          told.contains(difference.told()), "docs/compatibility.md is silent: " + difference);
    }
  }

  /** Each difference is of a trial that runs, so that it is asserted. */
  @Test
  void differencesAreOfTrials() {
    Set<String> names = new HashSet<>();
    Trial.of(cases).forEach(trial -> assertTrue(names.add(trial.name()), trial.name()));
    for (Difference difference : Difference.REMAINING) {
      assertTrue(names.contains(difference.trial()), difference.toString());
      assertFalse(
          difference.key().matches(".*(bytes|received|mismatch|crossed|right)"),
          "bytes and their order are never a matter of taste: " + difference);
    }
  }

  private static Path docs(String name) throws Exception {
    Path agent = Tools.here().locate("shortpath-agent");
    return agent.getParent().getParent().resolveSibling("docs").resolve(name);
  }

  /** One path: all trials by the stack, then all with the shortcut. */
  private final class Run {
    private final String mesh;
    private final String path;
    private final String family;
    private final List<Trial> trials;
    private final Map<String, Outcome> plain = new HashMap<>();
    private String shortcut;
    private Scene scene;
    private Gate gate;

    Run(String mesh, String family, List<Trial> trials) {
      this.mesh = mesh;
      this.path = MESHES.getOrDefault(mesh, mesh);
      this.family = family;
      this.trials = trials;
    }

    Stream<DynamicNode> tests() {
      List<DynamicNode> tests = new ArrayList<>();
      for (String shortcut : List.of("off", "sockmap")) {
        for (Trial trial : trials) {
          tests.add(
              DynamicTest.dynamicTest(
                  shortcut + ": " + trial.name(),
                  () -> {
                    if (shortcut.equals("off")) {
                      plain.put(trial.name(), byTheStack(trial));
                    } else {
                      withTheShortcut(trial);
                    }
                  }));
        }
      }
      tests.add(DynamicTest.dynamicTest("taken down", this::close));
      return tests.stream();
    }

    /** Each test sees to it, so that any of them may be run by itself, or once more. */
    private void open(String wanted) throws Exception {
      if (gate != null && wanted.equals(shortcut)) {
        return;
      }
      if (open != null) {
        open.close();
      }
      open = this;
      shortcut = wanted;
      scene = world.prepare(World.treatment(mesh, shortcut, family));
      gate = Gate.serve(scene.server().remote(), work, scene.listen());
    }

    private void close() {
      if (gate != null) {
        gate.close();
      }
      if (scene != null) {
        scene.close();
      }
      gate = null;
      scene = null;
    }

    /** A proxy may refuse one of hundreds of connections, also by the stack: it is asked again. */
    private Outcome run(Trial trial) throws Exception {
      Outcome outcome = once(trial);
      boolean many = !path.equals("direct") && Trial.MANY_CONNECTIONS.contains(trial.which());
      for (int again = 0; again < 2 && many && !outcome.ok(); again++) {
        outcome = once(trial);
      }
      return outcome;
    }

    private Outcome once(Trial trial) throws Exception {
      if (trial.which().equals("short-connections")) {
        awaitIdleProxies();
      }
      String[] options = trial.options().toArray(new String[0]);
      long start = System.nanoTime();
      Outcome outcome = gate.run(scene.client().remote(), scene.target(), trial.which(), options);
      if (Boolean.getBoolean("gate.trace")) {
        System.out.printf(
            "%-8s %s %-36s %6d ms %s %s%n",
            path,
            family,
            trial.name(),
            (System.nanoTime() - start) / 1000000,
            outcome.timing(),
            outcome.why());
      }
      return outcome;
    }

    /** Envoy admits 1024 connections at once, so those of earlier trials must be over. */
    private void awaitIdleProxies() throws Exception {
      for (int i = 0; i < 100; i++) {
        if (scene.counters().entrySet().stream()
            .filter(c -> !c.getKey().startsWith("agent.")) // these count from the attach on
            .noneMatch(c -> c.getKey().endsWith(".active") && c.getValue() > 0)) {
          return;
        }
        Thread.sleep(50);
      }
    }

    /** Every hop has carried the messages past the stack, in both directions. */
    private void redirected() throws Exception {
      Map<String, Long> counters = scene.counters();
      long least = (long) Trial.CONNECTIONS * (Trial.ROUNDS - 1);
      for (String port : HOPS.get(mesh)) {
        for (String direction : List.of("to-server", "to-client")) {
          String name = "agent.n1." + port + "." + direction + ".redirected";
          assertTrue(counters.getOrDefault(name, 0L) >= least, name + " of " + counters);
        }
      }
    }

    private Outcome byTheStack(Trial trial) throws Exception {
      open("off");
      Outcome outcome = run(trial);
      if (path.equals("direct")) {
        assertTrue(outcome.ok(), outcome.why());
      }
      return outcome;
    }

    /** Behind a proxy, which forwards when it gets to it, it may go well. */
    private void losesWhatIsSpliced(Trial trial, Outcome before) throws Exception {
      boolean whole;
      try {
        whole = run(trial).observed().equals(before.observed());
      } catch (AssertionError hung) {
        whole = false;
      }
      assertFalse(
          whole && path.equals("direct"),
          "the difference is gone: take it out of docs/compatibility.md");
    }

    private void withTheShortcut(Trial trial) throws Exception {
      Outcome before = plain.get(trial.name());
      if (before == null) {
        before = byTheStack(trial);
      }
      open("sockmap");
      if (Difference.splices(trial.name())) {
        losesWhatIsSpliced(trial, before);
        return;
      }
      Outcome outcome = run(trial);
      if (trial.equals(Trial.IDENTITY)) {
        redirected();
      }
      Set<Map<String, String>> expected = Difference.applied(trial.name(), path, before.observed());
      assertTrue(
          expected.contains(outcome.observed()),
          () -> "expected " + expected + ", observed " + outcome.observed());
    }
  }
}
