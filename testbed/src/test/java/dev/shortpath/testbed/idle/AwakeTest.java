package dev.shortpath.testbed.idle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shortpath.harness.testbed.Attestation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** This machine's own processors. Needs root, as netns does. */
@Tag("netns")
class AwakeTest {
  private static final Attestation PATH = new Attestation(true, "all is well", List.of(), "stack");

  private final Processors processors = Processors.here();

  @BeforeEach
  void possible() {
    assumeTrue(System.getProperty("user.name").equals("root"), "needs root");
    List<String> missing = Idle.AWAKE.missing();
    assumeTrue(missing.isEmpty(), missing.toString());
    assumeTrue(processors.cannotSleep().isEmpty(), "another program keeps this machine awake");
  }

  /** Opened and held by a program of its own, that waits. */
  public static final class Holder {
    private Holder() {}

    /** Says so when it holds. */
    public static void main(String[] none) throws Exception {
      Idling idling = Idle.AWAKE.begin();
      System.out.println("awake " + !idling.counters().isEmpty());
      Thread.sleep(Long.MAX_VALUE);
    }
  }

  @Test
  void processorsDoNotSleepUntilItIsClosed() throws Exception {
    OptionalInt usual = processors.limitMicros();
    Map<String, Long> before;
    try (Idling idling = Idle.AWAKE.begin()) {
      assertEquals(OptionalInt.of(0), processors.limitMicros());
      before = idling.counters();
      Thread.sleep(300);
      Attestation attestation = idling.attest(PATH, before, idling.counters());
      assertTrue(attestation.attested(), attestation.reason());
    }
    assertEquals(usual, processors.limitMicros());
  }

  @Test
  void aKilledProgramHoldsNothing() throws Exception {
    OptionalInt usual = processors.limitMicros();
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertEquals("awake true", holder.inputReader().readLine());
      assertNotEquals(usual, processors.limitMicros());
    } catch (IOException e) {
      throw new AssertionError(e);
    } finally {
      holder.destroyForcibly().waitFor();
    }
    assertEquals(usual, processors.limitMicros());
  }
}
