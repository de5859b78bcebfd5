package dev.shortpath.harness.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.shortpath.harness.runner.Fakes.EmptyScene;
import dev.shortpath.harness.testbed.Traffic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpuPerUnitTest {
  @TempDir Path root;
  private Path cgroup;

  @BeforeEach
  void make() throws IOException {
    cgroup = Files.createDirectories(root.resolve("shortpath/a1b2c3/client"));
    for (Path at = cgroup; at.startsWith(root); at = at.getParent()) {
      Files.writeString(at.resolve("cgroup.procs"), "");
      Files.writeString(at.resolve("cpu.stat"), "usage_usec 7\n");
    }
    used(5000);
  }

  private void used(long micros) throws IOException {
    Files.writeString(root.resolve("cpu.stat"), "usage_usec " + micros + "\nuser_usec 1\n");
  }

  private Map<String, Double> cost(String protocol, long connections, long messages)
      throws IOException {
    used(5000);
    Collector.Reading reading = new CpuPerUnit().begin(new Place(protocol, cgroup));
    used(25_000);
    return reading.end(new Traffic(connections, messages, messages, 1, 1, Duration.ofSeconds(1)));
  }

  @Test
  void wholeMachinesTimeByConnectionsAndDatagrams() throws IOException {
    assertEquals(Map.of("cpu-per-connection", 100_000.0), cost("tcp", 200, 5000));
    assertEquals(
        Map.of("cpu-per-connection", 100_000.0, "cpu-per-packet", 2000.0), cost("udp", 200, 5000));
    assertEquals(Map.of("cpu-per-packet", 2000.0), cost("udp", 1, 5000));
  }

  @Test
  void fewSayNothing() throws IOException {
    assertEquals(Map.of(), cost("tcp", 99, 100_000));
    assertEquals(Map.of(), cost("udp", 99, 499));
  }

  @Test
  void whatCannotBeReadIsLeftOut() throws IOException {
    Files.delete(root.resolve("cpu.stat"));
    Collector.Reading reading = new CpuPerUnit().begin(new Place("tcp", cgroup));
    assertEquals(Map.of(), reading.end(new Traffic(200, 1, 1, 1, 1, Duration.ZERO)));
    Collector.Reading nowhere = new CpuPerUnit().begin(new Place("tcp", null));
    assertEquals(Map.of(), nowhere.end(new Traffic(200, 1, 1, 1, 1, Duration.ZERO)));
  }

  private record Place(String protocol, Path cgroup) implements EmptyScene {
    @Override
    public Map<String, Path> cgroups() {
      return cgroup == null ? Map.of() : Map.of("client", cgroup);
    }
  }
}
