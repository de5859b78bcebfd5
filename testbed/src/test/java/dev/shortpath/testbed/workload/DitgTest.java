package dev.shortpath.testbed.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shortpath.harness.experiment.Treatment;
import dev.shortpath.harness.metric.Metric;
import dev.shortpath.harness.metric.Sample;
import dev.shortpath.harness.testbed.Attestation;
import dev.shortpath.harness.testbed.Scene;
import dev.shortpath.harness.testbed.Testbed;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.harness.testbed.TestbedRequest;
import dev.shortpath.harness.testbed.Traffic;
import dev.shortpath.harness.workload.Parameter;
import dev.shortpath.harness.workload.ditg.Ditg;
import dev.shortpath.harness.workload.ditg.ItgDec;
import dev.shortpath.testbed.netns.NetnsProvider;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("netns")
class DitgTest {
  @TempDir static Path work;
  private static Testbed testbed;

  @TempDir Path output;

  private final List<Sample> samples = new ArrayList<>();

  @BeforeAll
  static void setUp() throws Exception {
    TestbedRequest request =
        new TestbedRequest(
            "wditg1",
            "pods",
            Map.of(),
            List.of(treatment("ipv4"), treatment("ipv6")),
            new Ditg().tools(),
            work);
    NetnsProvider provider = new NetnsProvider();
    List<String> missing = provider.missing(request);
    assumeTrue(missing.isEmpty(), String.join("; ", missing));
    ItgDec.assume();
    testbed = provider.open(request);
  }

  @AfterAll
  static void tearDown() {
    if (testbed != null) {
      testbed.close();
    }
  }

  @AfterEach
  void nothingRunsOn() {
    assertTrue(find("ITGRecv").isEmpty() && find("ITGSend").isEmpty(), "a program was left behind");
  }

  @ParameterizedTest
  @CsvSource({"tcp,ipv4", "tcp,ipv6", "udp,ipv4", "udp,ipv6"})
  void aFlowYieldsFiguresThatTheDecoderConfirms(String protocol, String family) throws Exception {
    Traffic traffic;
    try (Scene scene = testbed.prepare(treatment(family))) {
      Map<String, Long> before = scene.counters();
      traffic = run(scene, protocol, Map.of("seconds", "2", "attempts", "3", "keep-log", "true"));
      Attestation path = scene.attest(before, scene.counters(), traffic);
      assertTrue(!protocol.equals("tcp") || path.attested(), path.reason());
    }
    Path log = output.resolve("itgrecv-" + (1 + (int) value("failed-attempts")) + ".log");
    ItgDec.agrees(log, work, 1);
    ItgDec.assertRecords(log, work);
    assertEquals(Files.size(log), 144 * traffic.messagesToServer());
    double seconds = traffic.duration().toNanos() / 1e9;
    assertEquals(value("throughput"), 8 * traffic.bytesToServer() / seconds, 1);
    assertTrue(count("bit-rate") >= 1 && count("bit-rate") <= 2);
    assertTrue(Files.readString(output.resolve("itgrecv-figures.txt")).contains("All 1 flows"));
    boolean udp = protocol.equals("udp");
    for (String name : List.of("delay", "delay-max", "delay-sd", "itg-jitter", "loss")) {
      assertEquals(udp ? 1 : 0, count(name), name);
    }
    if (udp) {
      assertTrue(value("delay") > 1000 && value("delay") <= value("delay-max"));
      assertTrue(value("loss") >= 0 && value("loss") < 0.5);
    } else {
      assertTrue(value("throughput") > 100e6, "TCP: " + value("throughput"));
    }
    long last = Long.MIN_VALUE;
    for (Sample sample : samples) {
      assertTrue(sample.timeNanos() >= last, "in the order of time");
      last = sample.timeNanos();
    }
    long ago = System.nanoTime() - last;
    assertTrue(ago > 0 && ago < TimeUnit.SECONDS.toNanos(60), "the clock of the harness: " + ago);
  }

  @Test
  void everyParameterHasAMeaningAndADefaultOfItsKind() {
    for (Parameter parameter : new Ditg().parameters()) {
      assertTrue(parameter.kind().accepts(parameter.defaultValue()), parameter.name());
      assertFalse(parameter.meaning().isBlank());
    }
  }

  @Test
  void aReceiverThatDiesIsNamedAndItsLogNotKept() throws Exception {
    try (Scene scene = testbed.prepare(treatment("ipv6"))) {
      Thread killer = sabotage("ITGRecv", "ITGSend", "KILL");
      TestbedException failure =
          assertThrows(TestbedException.class, () -> run(scene, "udp", Map.of("seconds", "3")));
      killer.join();
      assertTrue(
          failure.getMessage().startsWith("ITGRecv died with status 137"), failure::toString);
    }
    assertTrue(samples.isEmpty());
    assertFalse(Files.exists(output.resolve("itgrecv-1.log")));
    assertTrue(Files.readString(output.resolve("failure-1.txt")).startsWith("ITGRecv died"));
    assertTrue(Files.readString(output.resolve("itgrecv-1.txt")).contains("ITGRecv version"));
  }

  @Test
  void aSecondAttemptSucceedsAndTheFirstIsCounted() throws Exception {
    try (Scene scene = testbed.prepare(treatment("ipv4"))) {
      Thread killer = sabotage("ITGRecv", "ITGSend", "KILL");
      run(scene, "tcp", Map.of("seconds", "2", "attempts", "4"));
      killer.join();
    }
    assertTrue(value("failed-attempts") >= 1);
    assertTrue(Files.exists(output.resolve("failure-1.txt")));
    assertTrue(Files.exists(output.resolve("itgsend-2.txt")));
  }

  @Test
  void aSenderThatHangsIsEndedInTime() throws Exception {
    try (Scene scene = testbed.prepare(treatment("ipv4"))) {
      Thread stopper = sabotage("ITGSend", "ITGSend", "STOP");
      long start = System.nanoTime();
      TestbedException failure =
          assertThrows(TestbedException.class, () -> run(scene, "udp", Map.of("seconds", "1")));
      stopper.join();
      assertTrue(failure.getMessage().startsWith("ITGSend hangs"), failure::toString);
      assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(30));
    }
  }

  @Test
  void portsThatDifferAreRefusedBeforeAnythingStarts() throws Exception {
    try (Scene scene = testbed.prepare(treatment("ipv4"))) {
      InetSocketAddress other = new InetSocketAddress(scene.listen().getAddress(), 30001);
      TestbedException failure =
          assertThrows(
              TestbedException.class,
              () ->
                  new Ditg()
                      .run(
                          Altered.to(scene, "udp", List.of(other)),
                          complete(Map.of()),
                          samples::add,
                          output));
      assertTrue(failure.getMessage().contains("30001"), failure::toString);
    }
  }

  private Traffic run(Scene scene, String protocol, Map<String, String> parameters)
      throws Exception {
    Scene over = Altered.to(scene, protocol, scene.targets());
    return new Ditg().run(over, complete(parameters), samples::add, output);
  }

  private static Map<String, String> complete(Map<String, String> parameters) {
    Map<String, String> all =
        new Ditg()
            .parameters().stream()
                .collect(Collectors.toMap(Parameter::name, Parameter::defaultValue));
    all.putAll(parameters);
    return new TreeMap<>(all);
  }

  /** Half a second after program {@code when} has appeared, sends a signal to {@code victim}. */
  private static Thread sabotage(String victim, String when, String signal) {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (find(when).isEmpty()) {
                  Thread.sleep(10);
                }
                Thread.sleep(500);
                long pid = find(victim).orElseThrow().pid();
                new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    thread.start();
    return thread;
  }

  /** A program that this test's workload has started. */
  private static Optional<ProcessHandle> find(String program) {
    return ProcessHandle.current()
        .descendants()
        .filter(p -> p.info().command().orElse("").endsWith("/" + program))
        .findFirst();
  }

  private double value(String metric) {
    List<Double> values =
        samples.stream().filter(s -> s.metric().equals(metric)).map(Sample::value).toList();
    assertEquals(1, values.size(), metric);
    return values.get(0);
  }

  private long count(String metric) {
    List<String> known = new Ditg().metrics().stream().map(Metric::name).toList();
    assertTrue(known.contains(metric), metric);
    return samples.stream().filter(s -> s.metric().equals(metric)).count();
  }

  private static Treatment treatment(String family) {
    return new Treatment(
        Map.of("mesh", "none", "shortcut", "off", "placement", "one-node", "ip-family", family));
  }
}
