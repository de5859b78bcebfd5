package dev.shortpath.testbed.dataplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.TestbedException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The project's own programs on real sockets. */
class EbpfTest extends ServiceDataPlaneContract {
  @Override
  ServiceDataPlane dataPlane() {
    return new Ebpf();
  }

  @Override
  String kernelState() throws Exception {
    return ((EbpfRunning) plane).dump().stream().sorted().collect(Collectors.joining("\n"));
  }

  @Test
  void requestsNameWhatDiffers() {
    ServicePort web = service("web", "a", "r");
    assertEquals(
        "load 1\n+ shop/web:data tcp 10.96.250.1 fd00:10:96::f:1 8001 30001 cluster 0 "
            + "10.244.1.10/fd00:10:244:1::10/7000/l,10.244.2.10/fd00:10:244:2::10/7000/r\n",
        EbpfLines.load(List.of(web)));
    ServiceChanges changes =
        ServiceChanges.between(
            List.of(web, service("gone", "a")), List.of(sticky(local(service("web")))));
    assertEquals(
        "update 2\n- shop/gone:data tcp\n"
            + "+ shop/web:data tcp 10.96.250.1 fd00:10:96::f:1 8001 30001 local 600 -\n",
        EbpfLines.update(changes));
  }

  @Test
  void forgottenFlowsAreNewOnes() throws Exception {
    ServicePort web = as(Protocol.UDP, service("web", "a"));
    plane.load(List.of(web));
    Peer client = world.peer("client");
    client.keep("forgotten", Protocol.UDP, world.node.ipv4(), web.nodePort());
    long before = plane.counters().get("translated.ipv4");
    assertEquals("a", client.talk("forgotten").who());
    assertEquals(before, plane.counters().get("translated.ipv4"));
    plane.forget();
    assertEquals("a", client.talk("forgotten").who());
    assertEquals(before + 1, plane.counters().get("translated.ipv4"));
  }

  @Test
  void memoryIsThatOfTheMaps() throws Exception {
    plane.load(List.of());
    long empty = plane.memory().get("map.frontends");
    plane.load(IntStream.range(0, 2000).mapToObj(i -> other(i)).toList());
    assertTrue(plane.memory().get("map.frontends") > empty);
    assertTrue(plane.memory().get("map.flows") > 0);
  }

  @Test
  void aDeadProgramIsTold() throws Exception {
    ServiceWorld second = ServiceWorld.open();
    try {
      RunningDataPlane other = dataPlane().start(second.node, second.tools);
      other.check();
      Command kill = Command.of("python3", "-c", KILL);
      second.node.remote().feed(kill, second.node.directory().toString(), Duration.ofSeconds(10));
      long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
      TestbedException told = null;
      while (told == null && System.nanoTime() < end) {
        try {
          other.check();
          Thread.sleep(10);
        } catch (TestbedException e) {
          told = e;
        }
      }
      assertTrue(told != null && told.getMessage().contains("shortpath-lb died"), "" + told);
      assertThrows(TestbedException.class, other::counted);
      other.close();
    } finally {
      second.close();
    }
  }

  /** Kills the process whose command line names the directory of standard input. */
  private static final String KILL =
      """
      import os, signal, sys
      wanted = sys.stdin.read().encode()
      for pid in filter(str.isdigit, os.listdir('/proc')):
          try:
              line = open(f'/proc/{pid}/cmdline', 'rb').read()
          except OSError:
              continue
          if b'shortpath-lb' in line and wanted in line:
              os.kill(int(pid), signal.SIGKILL)
      """;
}
