package dev.shortpath.testbed.k3s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shortpath.harness.testbed.TestbedException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What testbed k3s asks for and refuses, as far as that takes neither Docker nor a cluster. */
class K3sWordsTest {
  private static final String UID = "0a1b2c3d-0000-4000-8000-00000000000e";

  @Test
  void everyRunHasALocalRangeOfItsOwn() {
    assertEquals("fd5a:0:1::/64", MadeNetwork.subnet("000001"));
    assertEquals("fd5a:81bf:fff::/64", MadeNetwork.subnet("zzzzzz"));
    assertNotEquals(MadeNetwork.subnet("abcdef"), MadeNetwork.subnet("abcdeg"));
  }

  @Test
  void aPodsCgroupIsFoundBelowItsNodesOnly(@TempDir Path cgroup2) throws Exception {
    Path own = cgroup2.resolve("docker/n1");
    NodeContainer node = new NodeContainer("n1", own);
    Path pod = Files.createDirectories(own.resolve("kubepods/besteffort/pod" + UID + "/c"));
    assertEquals(pod.getParent(), node.cgroupOf("client-1", UID).orElseThrow());
    Path systemd = own.resolve("kubepods.slice/kubepods-pod" + "aa_bb" + ".slice");
    Files.createDirectories(systemd);
    assertEquals(systemd, node.cgroupOf("client-1", "aa-bb").orElseThrow());
    Files.createDirectories(cgroup2.resolve("kubepods/podelsewhere"));
    TestbedException e =
        assertThrows(TestbedException.class, () -> node.cgroupOf("client-1", "elsewhere"));
    assertTrue(e.getMessage().contains("does not run below its node's own cgroup"), e.toString());
  }

  @Test
  void aDaemonThatDoesNotAnswerIsNotWaitedFor(@TempDir Path directory) throws Exception {
    Path socket = directory.resolve("docker.sock");
    Duration limit = Duration.ofSeconds(1);
    try (ServerSocketChannel hung = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      hung.bind(UnixDomainSocketAddress.of(socket));
      assertEquals(
          "testbed k3s needs Docker: the daemon at " + socket + " does not answer within 1 s",
          Docker.silent(socket, limit).orElseThrow());
    }
    String nobody = Docker.silent(socket, limit).orElseThrow();
    assertTrue(nobody.contains("no daemon answers at " + socket), nobody);
  }
}
