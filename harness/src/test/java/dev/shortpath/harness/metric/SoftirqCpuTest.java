package dev.shortpath.harness.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.shortpath.harness.runner.Fakes;
import dev.shortpath.harness.testbed.Scene;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SoftirqCpuTest {
  private static final Scene HERE = new Fakes.EmptyScene() {};

  @Test
  void theSeventhFigureOfAllCpusInTicks(@TempDir Path temp) throws Exception {
    Path stat = temp.resolve("stat");
    Files.writeString(stat, "cpu  1 2 3 4 5 6 700 8 9 10\ncpu0 1 2 3 4 5 6 9999 8 9 10\n");
    Collector.Reading reading = new SoftirqCpu(stat).begin(HERE);
    Files.writeString(stat, "cpu  1 2 3 4 5 6 725 8 9 10\ncpu0 1 2 3 4 5 6 9999 8 9 10\n");
    assertEquals(Map.of("cpu-softirq", 0.25), reading.end(null));
  }

  @Test
  void ofAPathOnOtherMachinesNothingIsSaid(@TempDir Path temp) throws Exception {
    Path stat = temp.resolve("stat");
    Files.writeString(stat, "cpu  1 2 3 4 5 6 700 8 9 10\n");
    Scene elsewhere =
        new Fakes.EmptyScene() {
          @Override
          public boolean onThisMachine() {
            return false;
          }
        };
    assertEquals(Map.of(), new SoftirqCpu(stat).begin(elsewhere).end(null));
  }

  @Test
  void whatCannotBeReadIsLeftOut(@TempDir Path temp) throws Exception {
    Path stat = temp.resolve("stat");
    assertEquals(Map.of(), new SoftirqCpu(stat).begin(HERE).end(null));
    Files.writeString(stat, "cpu 1 2 three\n");
    assertEquals(Map.of(), new SoftirqCpu(stat).begin(HERE).end(null));
  }
}
