package dev.shortpath.testbed.idle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.testbed.Attestation;
import dev.shortpath.harness.testbed.TestbedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Idle processors, over files like the kernel's. */
class IdleTest {
  private static final Attestation PATH = new Attestation(true, "all is well", List.of(), "stack");

  @TempDir Path machine;
  private Processors processors;

  @BeforeEach
  void twoProcessors() throws Exception {
    processors = new Processors(machine.resolve("cpu"), machine.resolve("cpu_dma_latency"));
    write("cpuidle/current_driver", "haltpoll");
    for (int cpu = 0; cpu < 2; cpu++) {
      state(cpu, 0, "POLL", 10, 100);
      state(cpu, 1, "haltpoll idle", 20, 2000);
    }
    bound(2_000_000_000);
  }

  private void write(String file, String text) throws Exception {
    Path path = machine.resolve("cpu").resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text + "\n");
  }

  private void state(int cpu, int number, String name, long usage, long time) throws Exception {
    String directory = "cpu" + cpu + "/cpuidle/state" + number + "/";
    write(directory + "name", name);
    write(directory + "usage", Long.toString(usage));
    write(directory + "time", Long.toString(time));
  }

  private void bound(int micros) throws Exception {
    Files.write(
        processors.limit(),
        ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(micros).array());
  }

  @Test
  void countersAreThoseOfAllProcessorsByState() {
    Map<String, Long> expected = new TreeMap<>();
    expected.put("idle.haltpoll-idle.entries", 40L);
    expected.put("idle.haltpoll-idle.us", 4000L);
    expected.put("idle.latency-limit-us", 2_000_000_000L);
    expected.put("idle.poll.entries", 20L);
    expected.put("idle.poll.us", 200L);
    assertEquals(expected, new Asleep(processors).counters());
  }

  @Test
  void aMachineWhoseProcessorsCanPollLacksNothing() {
    assertEquals(List.of(), Idle.AWAKE.missing(processors));
    assertEquals(List.of(), Idle.SLEEP.missing(processors));
  }

  @Test
  void whatKeepsProcessorsFromPollingIsSaidInOneLine() throws Exception {
    for (int cpu = 0; cpu < 2; cpu++) {
      state(cpu, 0, "WFI", 0, 0);
    }
    refused("driver haltpoll has no state in which a processor polls");
    write("cpuidle/current_driver", "none");
    refused("no cpuidle driver is in charge");
    Files.delete(machine.resolve("cpu/cpuidle/current_driver"));
    refused("no cpuidle driver is in charge");
    Files.delete(processors.limit());
    refused("has no " + processors.limit());
    assertEquals(List.of(), Idle.SLEEP.missing(processors), "sleeping asks for nothing");
    assertThrows(TestbedException.class, () -> Idle.AWAKE.begin(processors));
    assertFalse(Files.exists(processors.limit()), "nothing is made in its place");
  }

  private void refused(String why) {
    List<String> lines = Idle.AWAKE.missing(processors);
    assertEquals(1, lines.size(), lines.toString());
    assertTrue(lines.get(0).contains(why), lines.get(0));
    assertTrue(lines.get(0).endsWith("use --set idle=sleep"), lines.get(0));
  }

  @Test
  void awakeIsAskedForAndAttestedByTheStatesThatWereLeft() throws Exception {
    try (Idling idling = Idle.AWAKE.begin(processors)) {
      assertEquals(OptionalInt.of(0), processors.limitMicros());
      Map<String, Long> before = idling.counters();
      state(1, 0, "POLL", 999, 9999);
      Attestation polled = idling.attest(PATH, before, idling.counters());
      assertTrue(polled.attested(), polled.reason());
      assertEquals("stack, processors awake", polled.path(), "told from a sleeping machine's path");
      state(1, 1, "haltpoll idle", 23, 2000);
      Attestation slept = idling.attest(PATH, before, idling.counters());
      assertFalse(slept.attested());
      assertTrue(slept.reason().endsWith("{haltpoll-idle=3}"), slept.reason());
      Map<String, Long> lost = new TreeMap<>(before);
      lost.put("idle.latency-limit-us", 3L);
      assertFalse(idling.attest(PATH, before, lost).attested());
      Attestation bad = new Attestation(false, "no path", List.of(), "stack");
      assertEquals(bad, idling.attest(bad, before, before), "the path's own fault is told first");
    }
  }

  @Test
  void sleepIsNotWhatAnotherProgramForbids() throws Exception {
    Idling idling = Idle.SLEEP.begin(processors);
    Map<String, Long> before = idling.counters();
    assertEquals(PATH, idling.attest(PATH, before, before));
    bound(0);
    assertFalse(idling.attest(PATH, before, idling.counters()).attested());
    List<String> lines = Idle.SLEEP.missing(processors);
    assertEquals(1, lines.size(), lines.toString());
    assertTrue(lines.get(0).contains("another program holds"), lines.get(0));
    assertEquals(List.of(), Idle.AWAKE.missing(processors));
  }

  @Test
  void aMachineThatTellsNothingIsAttestedAsItSleeps() {
    Idling idling = new Asleep(new Processors(machine.resolve("no"), machine.resolve("no")));
    assertEquals(Map.of(), idling.counters());
    assertEquals(PATH, idling.attest(PATH, Map.of(), Map.of()));
    assertEquals(Map.of(), Idling.elsewhere().counters());
  }
}
