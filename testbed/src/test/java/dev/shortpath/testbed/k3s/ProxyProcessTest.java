package dev.shortpath.testbed.k3s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.tool.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("netns")
class ProxyProcessTest {
  private static char state(long pid) throws Exception {
    String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    return stat.charAt(stat.lastIndexOf(')') + 2);
  }

  private static void awaitState(long pid, char wanted) throws Exception {
    for (int i = 0; i < 100 && state(pid) != wanted; i++) {
      Thread.sleep(20);
    }
    assertEquals(wanted, state(pid));
  }

  @Test
  void standsStillAndGoesOn() throws Exception {
    Process process = new ProcessBuilder("bash", "-c", "exec -a kube-proxy sleep 1000").start();
    try {
      long pid = process.pid();
      ContainerNetwork node = new ContainerNetwork("n2", pid, Tools.here());
      awaitState(pid, 'S');
      while (ProxyProcess.of(node).isEmpty()) {
        Thread.sleep(20); // it is still bash
      }
      ProxyProcess proxy = (ProxyProcess) ProxyProcess.of(node).orElseThrow();
      assertEquals(pid, proxy.pid());
      proxy.stop();
      awaitState(pid, 'T');
      proxy.goOn();
      awaitState(pid, 'S');
      proxy.goOn();
      awaitState(pid, 'S');
    } finally {
      process.destroyForcibly().waitFor();
    }
    ContainerNetwork gone = new ContainerNetwork("n2", process.pid(), Tools.here());
    assertThrows(TestbedException.class, () -> ProxyProcess.of(gone));
  }
}
