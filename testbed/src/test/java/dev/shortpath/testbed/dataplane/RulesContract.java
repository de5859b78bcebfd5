package dev.shortpath.testbed.dataplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.remote.Together;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What data planes of rules do besides when the kernel's own tool dies under them. */
abstract class RulesContract extends ServiceDataPlaneContract {
  /** Enough that the tool is at work for many milliseconds. */
  private static final int MANY = 2000;

  private static final int TRIES = 10;

  /** How long the tool has been at work, in ms, before it is killed. */
  private static final long AT_WORK = 5;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void toolKilledHalfWay(boolean load) throws Exception {
    plane.load(List.of(service("web", "a")));
    String before = kernelState();
    List<ServicePort> now = new ArrayList<>(List.of(service("web", "b")));
    IntStream.range(0, MANY).forEach(number -> now.add(other(number)));
    TestbedException told = null;
    for (int i = 0; i < TRIES && told == null; i++) {
      told = killed(load, now);
      if (told == null) {
        // It had done its work: once more.
        plane.load(List.of(service("web", "a")));
      }
    }
    assertNotNull(told, "the tool was never caught at work");
    assertFalse(told.getMessage().contains("\n"), told.getMessage());
    assertTrue(
        told.getMessage().matches("\\S+ in node failed: killed.*signal 9.*"), told.getMessage());
    assertEquals(before, kernelState());
    assertEquals(1, plane.counted());
    assertEquals(
        "a",
        world.peer("client").ask(Protocol.TCP, world.node.ipv4(), service("web").nodePort()).who());
    plane.update(now);
    assertEquals(now.size(), plane.counted());
    plane.load(List.of());
  }

  /** Changes Services, and kills the tool at it; what was said of that, null if nothing. */
  private TestbedException killed(boolean load, List<ServicePort> now) throws Exception {
    Future<Object> change =
        Together.start(
            () -> {
              if (load) {
                plane.load(now);
              } else {
                plane.update(now);
              }
              return null;
            });
    while (!change.isDone() && !kill()) {
      Thread.sleep(1);
    }
    try {
      change.get();
      return null;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TestbedException told) {
        return told;
      }
      throw e;
    }
  }

  private boolean kill() throws IOException, InterruptedException {
    for (long pid : atWork()) {
      Thread.sleep(AT_WORK);
      if (atWork().contains(pid)) {
        return ProcessHandle.of(pid).map(ProcessHandle::destroyForcibly).orElse(false);
      }
    }
    return false;
  }

  /** Kernel tools on the node that have much to write. */
  private List<Long> atWork() throws IOException {
    List<Long> found = new ArrayList<>();
    for (String pid : Files.readAllLines(world.cgroupOfNode().resolve("cgroup.procs"))) {
      try {
        String name = Files.readString(Path.of("/proc", pid, "comm"));
        if (name.startsWith("nft") || name.contains("tables")) {
          found.add(Long.valueOf(pid));
        }
      } catch (IOException e) {
        // It has just ended.
      }
    }
    return found;
  }
}
