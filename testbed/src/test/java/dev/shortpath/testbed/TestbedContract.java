package dev.shortpath.testbed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.testbed.Attestation;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.Testbed;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedProvider;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.harness.testbed.Traffic;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the test of every testbed provider extends: all that the harness relies on. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
public abstract class TestbedContract {
  private static final AtomicInteger RUNS = new AtomicInteger();
  private static final List<String> NOTHING = List.of();

  @TempDir Path work;

  /** The provider under test. */
  protected abstract TestbedProvider provider();

  /** What the provider under test was told. */
  protected Map<String, String> options() {
    return Map.of();
  }

  /** Why this machine cannot have such a testbed at all; empty where it must work. */
  protected abstract Optional<String> impossible();

  /** The topology under test. */
  protected abstract String topology();

  /** Of the topology under test. */
  protected Map<String, String> parameters() {
    return Map.of();
  }

  /** Every treatment that the topology offers. */
  protected abstract List<Treatment> treatments();

  /** A treatment that needs as many parts as any. */
  protected abstract Treatment richest();

  /** Ways to make traffic take another path than the one asked for. */
  protected abstract List<Sabotage> sabotages();

  /** Everything on the machine that belongs to a run: to be empty when it is closed. */
  protected abstract List<String> remains(String runId);

  /** What runs of others left, killed or lost with the machine's power, is not these tests'. */
  @BeforeEach
  final void possible() {
    impossible().ifPresent(reason -> assumeTrue(false, reason));
    if (RUNS.get() == 0) {
      System.out.println("left by runs before these tests: " + provider().clean());
    }
  }

  @AfterEach
  final void nothingDeadRemains() {
    if (impossible().isEmpty()) {
      assertEquals(NOTHING, provider().clean(), "a test left something behind");
    }
  }

  /** A run id that no other run of this machine has. */
  protected static String runId() {
    long number = ProcessHandle.current().pid() * 100 + RUNS.incrementAndGet();
    String digits = "00000" + Long.toString(number, 36);
    return "t" + digits.substring(digits.length() - 5);
  }

  private TestbedRequest request(String runId, List<Treatment> treatments) {
    return new TestbedRequest(runId, topology(), parameters(), treatments, work);
  }

  @Test
  void missesNothingHere() {
    long start = System.nanoTime();
    assertEquals(NOTHING, provider().missing(request(runId(), treatments())));
    long millis = (System.nanoTime() - start) / 1_000_000;
    assertTrue(millis < 3000, "took " + millis + " ms; a second is the aim, on a quiet machine");
  }

  @Test
  void refusesByNameWhatItDoesNotKnow() {
    Map<String, String> levels =
        Map.of(provider().factors(topology()).keySet().iterator().next(), "nosuch");
    TestbedRequest level = request(runId(), List.of(new Treatment(levels)));
    assertTrue(provider().missing(level).toString().contains("'nosuch'"));
    TestbedRequest topology =
        new TestbedRequest(runId(), "nosuch", Map.of(), List.of(richest()), work);
    assertTrue(provider().missing(topology).toString().contains("'nosuch'"));
    assertThrows(TestbedException.class, () -> provider().open(topology));
    assertThrows(TestbedException.class, () -> provider().open(level));
  }

  @TestFactory
  Stream<DynamicTest> everyTreatmentTakesThePathAskedFor() throws Exception {
    String id = runId();
    Testbed testbed = provider().open(request(id, treatments()));
    Stream<DynamicTest> each =
        treatments().stream()
            .map(t -> DynamicTest.dynamicTest(t.id(), () -> takesThePath(testbed, t)));
    Stream<DynamicTest> end =
        Stream.of(
            DynamicTest.dynamicTest(
                "closed twice nothing is left, and it refuses",
                () -> {
                  assertFalse(remains(id).isEmpty(), "the test would not see what is left");
                  testbed.close();
                  testbed.close();
                  assertEquals(NOTHING, remains(id));
                  assertThrows(TestbedException.class, () -> testbed.prepare(richest()));
                }));
    return Stream.concat(each, end).onClose(testbed::close);
  }

  private void takesThePath(Testbed testbed, Treatment treatment) throws Exception {
    try (Scene scene = testbed.prepare(treatment)) {
      Map<String, Long> before = scene.counters();
      Traffic traffic = Echo.exchange(scene);
      Map<String, Long> after = scene.counters();
      Attestation attestation = scene.attest(before, after, traffic);
      assertTrue(attestation.attested(), attestation.reason() + "\n" + after);
      assertFalse(attestation.hops().isEmpty());
      assertTrue(attestation.hops().stream().allMatch(hop -> hop.ok()));
      Attestation idle = scene.attest(after, after, traffic);
      assertFalse(idle.attested(), "counters that stand still attest nothing");
      scene.cgroups().values().forEach(dir -> assertTrue(dir.toFile().isDirectory(), "" + dir));
    }
  }

  @TestFactory
  Stream<DynamicTest> anotherPathIsNotAttested() {
    return sabotages().stream().map(s -> DynamicTest.dynamicTest(s.name(), () -> isNotAttested(s)));
  }

  private void isNotAttested(Sabotage sabotage) throws Exception {
    String id = runId();
    try (Testbed testbed = provider().open(request(id, List.of(sabotage.treatment())));
        Scene scene = testbed.prepare(sabotage.treatment())) {
      Map<String, Long> before = scene.counters();
      String said;
      try (AutoCloseable undo = sabotage.deed().doTo(scene, id)) {
        Traffic traffic = Echo.exchange(scene, sabotage.clientOptions().toArray(new String[0]));
        Attestation attestation = scene.attest(before, scene.counters(), traffic);
        assertFalse(attestation.attested(), attestation.toString());
        said = attestation.reason();
      } catch (TestbedException e) {
        said = e.getMessage() + "; " + partThatDied(scene);
      }
      assertTrue(said.contains(sabotage.reason()), said);
    }
    assertEquals(NOTHING, remains(id));
  }

  private static String partThatDied(Scene scene) throws InterruptedException {
    try {
      scene.counters();
      return "all parts live";
    } catch (TestbedException e) {
      return e.getMessage();
    }
  }

  @Test
  void removesWhatItMadeWhenSettingUpFails() {
    String id = runId();
    TestbedRequest request =
        new TestbedRequest(
            id, topology(), parameters(), List.of(richest()), work.resolve("no-such-directory"));
    assertThrows(TestbedException.class, () -> provider().open(request));
    assertEquals(NOTHING, remains(id));
  }

  @Test
  void runsDoNotCollide() throws Exception {
    String one = runId();
    String other = runId();
    try (Testbed first = provider().open(request(one, List.of(richest())));
        Testbed second = provider().open(request(other, List.of(richest())))) {
      assertThrows(TestbedException.class, () -> provider().open(request(one, List.of(richest()))));
      assertEquals(NOTHING, provider().clean(), "a live run is not cleaned away");
      takesThePath(first, richest());
      besideAnother(second);
      second.close();
      takesThePath(first, richest());
    }
    assertEquals(NOTHING, remains(one));
    assertEquals(NOTHING, remains(other));
  }

  /** A run's trial while what another one made still stands. */
  protected void besideAnother(Testbed second) throws Exception {
    takesThePath(second, richest());
  }

  @Test
  void cleansUpAfterAKilledRun() throws Exception {
    String id = runId();
    Process child = ChildJvm.start(provider(), options(), request(id, List.of(richest())));
    try {
      awaitLine(child, "standing");
      assertEquals(NOTHING, provider().clean(), "the run is alive");
    } finally {
      child.destroyForcibly().waitFor();
    }
    assertFalse(remains(id).isEmpty());
    assertFalse(provider().clean().isEmpty());
    assertEquals(NOTHING, remains(id));
  }

  @TestFactory
  Stream<DynamicTest> removesEverythingWhenInterrupted() {
    return Stream.of(50, 200, 400, 5000)
        .map(
            millis ->
                DynamicTest.dynamicTest(
                    "SIGTERM within " + millis + " ms", () -> removesWhenTerminated(millis)));
  }

  private void removesWhenTerminated(int millis) throws Exception {
    String id = runId();
    Process child = ChildJvm.start(provider(), options(), request(id, List.of(richest())));
    try {
      BufferedReader out = awaitLine(child, "opening");
      if (millis >= 5000) {
        while (!"standing".equals(out.readLine())) {
          assertTrue(child.isAlive());
        }
      } else {
        Thread.sleep(millis);
      }
      child.destroy();
      assertTrue(child.waitFor(20, TimeUnit.SECONDS), "it does not end");
    } finally {
      child.destroyForcibly().waitFor();
    }
    assertEquals(NOTHING, remains(id));
  }

  private static BufferedReader awaitLine(Process child, String line) throws Exception {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
    for (String said = out.readLine(); !line.equals(said); said = out.readLine()) {
      if (said == null) {
        throw new AssertionError("the child ended with " + child.waitFor());
      }
    }
    return out;
  }
}
