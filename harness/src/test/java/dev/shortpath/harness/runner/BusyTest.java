package dev.shortpath.harness.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shortpath.harness.runner.Busy.Times;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BusyTest {
  private static final Times BEFORE = Times.parse("cpu  10 0 20 900 70 0 0 0 5 0", 0);

  @Test
  void idleTimeAndWaitingForDisksAreNotBusy() {
    Times after = Times.parse("cpu  11 0 21 970 98 0 0 0 6 0", 0);
    assertEquals(1e9, after.all() - BEFORE.all(), 1);
    assertEquals(Optional.empty(), Busy.warning(BEFORE, after));
  }

  @Test
  void whatThisProcessTakesIsNotAnothers() {
    Times after = Times.parse("cpu  40 0 30 960 70 0 0 0 5 0", 300_000_000);
    assertEquals(Optional.empty(), Busy.warning(BEFORE, after));
  }

  @Test
  void othersAreSaid() {
    Times after = Times.parse("cpu  40 0 30 960 70 0 0 0 5 0", 0);
    String warning = Busy.warning(BEFORE, after).orElseThrow();
    assertTrue(
        warning.startsWith("other programs take 40 % of this machine's processors"), warning);
  }

  @Test
  void aLookAtThisMachine() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/stat")), "not Linux");
    List<Process> hogs = new ArrayList<>();
    try {
      for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
        hogs.add(new ProcessBuilder("yes").redirectOutput(Redirect.DISCARD).start());
      }
      assertTrue(Busy.warning().isPresent());
    } finally {
      hogs.forEach(Process::destroyForcibly);
    }
  }
}
